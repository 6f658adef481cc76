"""The people who review drafts at a unit, and a draft taken the whole way to a version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Role
from ikbt.common import clock
from programs.models import ProgramPage, ProgramReview, ProgramVersion, Stage
from programs.releasing import release
from programs.reviewing import ask_for_review, sign_off
from tests.cast import give, person


@dataclass(frozen=True)
class Reviewers:
    """Who writes, who signs each stage, and who releases."""

    editor: Person
    clinical: Person
    language: Person
    publisher: Person


def reviewers_at(unit: CareUnit, editor: Person, publisher: Person) -> Reviewers:
    """Two reviewers at the unit, beside those who are there already."""
    return Reviewers(
        editor=editor,
        clinical=give(person("Klara", "Klinik"), Role.CLINICAL_REVIEWER, unit),
        language=give(person("Siri", "Ordell"), Role.LANGUAGE_REVIEWER, unit),
        publisher=publisher,
    )


def signed(
    page: ProgramPage, who: Reviewers, *, at: datetime | None = None, hard: bool = False
) -> ProgramReview:
    """The draft as it is now, signed at both stages."""
    now = at or clock.now()
    review = ask_for_review(page, by=who.editor, at=now)
    sign_off(review, Stage.CLINICAL, by=who.clinical, at=now)
    why = "Texten går inte att göra lättare." if hard else ""
    sign_off(review, Stage.LANGUAGE, by=who.language, at=now, signs_hard=hard, comment=why)
    return review


def released(
    page: ProgramPage, who: Reviewers, *, at: datetime | None = None, note: str = ""
) -> ProgramVersion:
    """The next version of the draft, reviewed by two and released by a third."""
    now = at or clock.now()
    version = release(signed(page, who, at=now), by=who.publisher, at=now, note=note)
    assert version is not None
    return version
