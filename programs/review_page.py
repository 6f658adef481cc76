"""What the page about a draft's review shows: where it stands, who may do what next, and what was said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act
from programs.block_checks import Problem
from programs.comparing import Comparison, compare
from programs.freezing import FrozenProgram, freeze
from programs.models import ProgramPage, ProgramReview, ProgramVersion, SignOff, Stage
from programs.publishing import findings, latest_version, unit_of
from programs.review_rules import Standing, why_not_release, why_not_sign
from programs.review_words import WORDS
from programs.reviewing import MAY_SIGN, holds, review_of, standing_of
from programs.where_to_mend import with_ways

HISTORY = 20


@dataclass(frozen=True)
class StageLine:
    """One stage: who has signed it, else why this reader may not (None: she may). `is_hers`: her role is for it."""

    stage: Stage
    signed: SignOff | None
    why_not: Promise | None
    is_hers: bool

    @property
    def may_sign(self) -> bool:
        return self.signed is None and self.why_not is None


@dataclass(frozen=True)
class Draft:
    """A draft as it is now, for one reader."""

    page: ProgramPage
    frozen: FrozenProgram
    last: ProgramVersion | None
    review: ProgramReview | None
    standing: Standing
    found: list[Problem]
    may_write: bool
    may_recall: bool
    stages: list[StageLine]
    why_not_release: Promise | None

    @property
    def stopping(self) -> list[Problem]:
        return [problem for problem in self.found if problem.stops]

    @property
    def remarks(self) -> list[Problem]:
        return [problem for problem in self.found if not problem.stops]

    @property
    def hard(self) -> list[Problem]:
        return [problem for problem in self.found if problem.needs_sign_off]

    @property
    def is_same(self) -> bool:
        """The draft is what the last version holds."""
        return self.last is not None and self.last.content_hash == self.frozen.content_hash

    @property
    def may_ask(self) -> bool:
        """To be sent for review: nobody has it, or what they have is another content."""
        waits = self.review is not None and self.standing.is_as_reviewed
        return self.may_write and not waits and not self.is_same

    @property
    def changes(self) -> Comparison | None:
        """Since the last version; None when there is none."""
        if self.last is None:
            return None
        before = [module.document for module in self.last.modules.all()]
        return compare(before, [module.document for module in self.frozen.modules])

    @property
    def minutes(self) -> list[tuple[str, int]]:
        return [(module["title"], module["minutes"]) for module in self.frozen.outline["modules"]]

    @property
    def history(self) -> list[ProgramReview]:
        """Earlier reviews with what was said, newest first."""
        rows = self.page.reviews.select_related("asked_by", "released_by", "version")
        return list(rows.prefetch_related("sign_offs__person")[:HISTORY])


def read_draft(page: ProgramPage, reader: Person, *, at: datetime) -> Draft:
    """Freeze the draft as it is now and say what this reader may do with it."""
    frozen, review, unit = freeze(page), review_of(page), unit_of(page)
    standing = standing_of(review, page, frozen)
    signed = {one.stage: one for one in review.sign_offs.select_related("person")} if review else {}
    stages = []
    for stage, act in MAY_SIGN.items():
        has_role = holds(reader, act, unit, at)
        why = why_not_sign(stage, reader.pk, standing, has_role=has_role)
        stages.append(StageLine(stage, signed.get(stage), WORDS[why] if why else None, has_role))
    may_write, found = holds(reader, Act.EDIT_PROGRAMS, unit, at), findings(page, frozen)
    publishes = holds(reader, Act.PUBLISH_PROGRAMS, unit, at)
    refusal = why_not_release(reader.pk, standing, has_role=publishes)
    last = latest_version(page)
    return Draft(
        page=page,
        frozen=frozen,
        last=last,
        review=review,
        standing=standing,
        found=with_ways(found, page) if may_write else found,
        may_write=may_write,
        may_recall=publishes and last is not None,
        stages=stages,
        why_not_release=WORDS[refusal] if refusal else None,
    )
