"""Sends a draft for review, signs it off or sends it back; every word is bound to the content that was read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from programs.authorship import authors_of
from programs.block_checks import Problem
from programs.freezing import FrozenProgram, freeze
from programs.models import ProgramReview, SignOff, Stage
from programs.publishing import DraftChanged, Unpublishable, findings, unit_of
from programs.review_rules import Refusal, Standing, why_not_sign

if TYPE_CHECKING:
    from programs.models import ProgramPage

MAY_SIGN = {Stage.CLINICAL: Act.REVIEW_CLINICALLY, Stage.LANGUAGE: Act.REVIEW_LANGUAGE}
LEAST_WORDS = 10
State = ProgramReview.State


class NotYours(PermissionError):
    """She may not take this step; `why` is programs.review_rules.Refusal."""

    def __init__(self, why: Refusal) -> None:
        self.why = why
        super().__init__(why.value)


def ask_for_review(
    page: ProgramPage, *, by: Person, at: datetime, note: str = "", seen: str | None = None
) -> ProgramReview:
    """Send the draft as it is now to the reviewers; a review of an earlier content is void from then on.

    Asking again for the same content changes nothing. Raises NotYours, DraftChanged when the draft is no longer what
    was `seen`, or Unpublishable with what must be mended before anybody's time is taken.
    """
    unit = unit_of(page)
    if not holds(by, Act.EDIT_PROGRAMS, unit, at):
        raise NotYours(Refusal.NO_ROLE)
    with transaction.atomic():
        _lock_page(page)
        frozen = _fit(page, seen)
        standing = review_of(page)
        if standing is not None and standing.content_hash == frozen.content_hash:
            return standing
        if standing is not None:
            close(standing, State.VOID, at=at)
        review = ProgramReview.objects.create(
            unit=unit,
            page=page,
            content_hash=frozen.content_hash,
            note=note.strip(),
            asked_by=by,
            asked_at=at,
        )
        authors = authors_of(page, frozen)
        for stage in Stage:
            tell(review, MAY_SIGN[stage], stage.value, at=at, but=authors)
        _log(Entry.Action.CREATE, review, by, Role.EDITOR, "asked")
    return review


def _fit(page: ProgramPage, seen: str | None) -> FrozenProgram:
    frozen = freeze(page)
    if seen is not None and seen != frozen.content_hash:
        raise DraftChanged("The draft was changed after it was looked at.")
    if stopping := [problem for problem in findings(page, frozen) if problem.stops]:
        raise Unpublishable(stopping)
    return frozen


def sign_off(
    review: ProgramReview,
    stage: Stage,
    *,
    by: Person,
    at: datetime,
    comment: str = "",
    signs_hard: bool = False,
    seen: str | None = None,
) -> SignOff:
    """Put one's name to a stage of the content that was read.

    Text over the limit of LIX needs `signs_hard` and a comment that says why, at the language stage. Raises NotYours,
    DraftChanged, Unpublishable, or ValidationError.
    """
    with transaction.atomic():
        locked, frozen = _guard(review, stage, by, at, seen)
        hard = _hard(locked, frozen) if stage == Stage.LANGUAGE else []
        if hard and not signs_hard:
            raise ValidationError(
                _("Sign that the text must be this hard to read, or send it back."), code="hard"
            )
        if hard and len(comment.strip()) < LEAST_WORDS:
            raise ValidationError(_("Say why the text can't be easier."), code="comment")
        made = SignOff.objects.create(
            review=locked,
            stage=stage,
            verdict=SignOff.Verdict.APPROVED,
            person=by,
            at=at,
            comment=comment.strip(),
            signed_hard=[{"place": one.place, "words": str(one.words)} for one in hard],
        )
        if locked.sign_offs.count() == len(Stage):
            but = {*authors_of(_page(locked), frozen), _clinical_reviewer(locked)}
            tell(locked, Act.PUBLISH_PROGRAMS, "release", at=at, but=but)
        _log(Entry.Action.CHANGE, locked, by, _ROLE[stage], f"{stage} signed")
    return made


def send_back(
    review: ProgramReview, stage: Stage, *, by: Person, at: datetime, comment: str, seen: str | None = None
) -> SignOff:
    """Give the draft back to its authors with what is to be mended; raises NotYours, DraftChanged, ValidationError."""
    if len(comment.strip()) < LEAST_WORDS:
        raise ValidationError(_("Say what should be mended."), code="comment")
    with transaction.atomic():
        locked, frozen = _guard(review, stage, by, at, seen)
        made = SignOff.objects.create(
            review=locked,
            stage=stage,
            verdict=SignOff.Verdict.SENT_BACK,
            person=by,
            at=at,
            comment=comment.strip(),
        )
        close(locked, State.SENT_BACK, at=at)
        writers = Person.objects.filter(pk__in={locked.asked_by_id, *authors_of(_page(locked), frozen)})
        _notify(writers, f"review:{locked.pk}:back", at=at)
        _log(Entry.Action.CHANGE, locked, by, _ROLE[stage], f"{stage} sent back")
    return made


def withdraw_review(review: ProgramReview, *, by: Person, at: datetime) -> None:
    """Take a draft back from review, or its release from its day; by whoever may write there. Raises NotYours."""
    if not holds(by, Act.EDIT_PROGRAMS, review.unit, at):
        raise NotYours(Refusal.NO_ROLE)
    with transaction.atomic():
        locked = lock(review)
        if locked.state not in {State.OPEN, State.SCHEDULED}:
            return
        close(locked, State.WITHDRAWN, at=at)
        _log(Entry.Action.CHANGE, locked, by, Role.EDITOR, "taken back")


def review_of(page: ProgramPage) -> ProgramReview | None:
    """The review under way, whether or not the draft still is what it is about."""
    found: ProgramReview | None = page.reviews.under_way().select_related("unit").first()
    return found


def standing_of(review: ProgramReview | None, page: ProgramPage, frozen: FrozenProgram) -> Standing:
    """What the rule looks at."""
    signed = (
        {
            one.stage: one.person_id
            for one in review.sign_offs.all()
            if one.verdict == SignOff.Verdict.APPROVED
        }
        if review
        else {}
    )
    return Standing(
        is_under_review=review is not None and review.state == State.OPEN,
        is_as_reviewed=review is not None and review.content_hash == frozen.content_hash,
        authors=authors_of(page, frozen),
        signed=signed,
    )


def holds(person: Person, act: Act, unit: CareUnit, at: datetime) -> bool:
    """She holds a running role at this very unit that lets her do this."""
    return RoleAssignment.objects.running(at).of(person).that_may(act).filter(unit=unit).exists()


def lock(review: ProgramReview) -> ProgramReview:
    """The row as it stands, for whoever changes it; two who sign at once queue here."""
    rows = ProgramReview.objects.select_for_update(of=("self",)).select_related("unit")
    found: ProgramReview = rows.get(pk=review.pk)
    return found


def close(review: ProgramReview, state: str, *, at: datetime) -> None:
    """End a review; what was signed stays with it."""
    review.state, review.ended_at = state, at
    review.save(update_fields=["state", "ended_at"])


def tell(review: ProgramReview, act: Act, what: str, *, at: datetime, but: Iterable[object]) -> None:
    """A neutral notice to those at the unit whose turn it is."""
    roles = RoleAssignment.objects.running(at).that_may(act).filter(unit=review.unit_id)
    people = Person.objects.filter(pk__in=roles.values("person")).exclude(pk__in=list(but))
    _notify(people, f"review:{review.pk}:{what}", at=at)


def _notify(people: Iterable[Person], key: str, *, at: datetime) -> None:
    for person in people:
        notify(person, Notice.Kind.PROGRAM_WAITS, key=f"{key}:{person.pk.hex}", at=at)


_ROLE = {Stage.CLINICAL: Role.CLINICAL_REVIEWER, Stage.LANGUAGE: Role.LANGUAGE_REVIEWER}


def _guard(
    review: ProgramReview, stage: Stage, by: Person, at: datetime, seen: str | None
) -> tuple[ProgramReview, FrozenProgram]:
    locked = lock(review)
    frozen = freeze(_page(locked))
    if seen is not None and seen != frozen.content_hash:
        raise DraftChanged("The draft was changed after it was looked at.")
    has_role = holds(by, MAY_SIGN[stage], locked.unit, at)
    refusal = why_not_sign(stage, by.pk, standing_of(locked, _page(locked), frozen), has_role=has_role)
    if refusal is Refusal.DRAFT_CHANGED:
        raise DraftChanged("The draft is no longer what was sent for review.")
    if refusal is not None:
        raise NotYours(refusal)
    if stopping := [problem for problem in findings(_page(locked), frozen) if problem.stops]:
        raise Unpublishable(stopping)
    return locked, frozen


def _page(review: ProgramReview) -> ProgramPage:
    if review.page is None:
        raise NotYours(Refusal.NOT_UNDER_REVIEW)
    return review.page


def _hard(review: ProgramReview, frozen: FrozenProgram) -> list[Problem]:
    return [problem for problem in findings(_page(review), frozen) if problem.needs_sign_off]


def _clinical_reviewer(review: ProgramReview) -> object:
    return review.sign_offs.get(stage=Stage.CLINICAL).person_id


def _lock_page(page: ProgramPage) -> None:
    # Two who ask at once queue here: a page has one review under way.
    type(page)._default_manager.select_for_update(of=("self",)).only("pk").get(pk=page.pk)


def _log(action: Entry.Action, review: ProgramReview, by: Person, role: str, what: str) -> None:
    record(
        action,
        by=Actor(id=by.pk, role=role, unit=review.unit_id),
        kind="program review",
        object_id=review.pk,
        reason=what,
    )
