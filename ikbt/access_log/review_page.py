"""A review as its page shows it; decides what an auditor sees: who, whose, when, why; nothing clinical."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.access_log.access import AuditingReview
from ikbt.access_log.models import Case, Review
from ikbt.access_log.patterns import Pattern
from ikbt.access_log.reviewing import KIND
from ikbt.accounts.models import Person
from ikbt.audit.recording import record_list

_PATTERNS = {
    Pattern.OWN_RECORD: gettext_noop("own record"),
    Pattern.SAME_NAME: gettext_noop("same name"),
    Pattern.SAME_SURNAME: gettext_noop("same surname"),
    Pattern.SAME_ADDRESS: gettext_noop("same phone number"),
    Pattern.COLLEAGUE: gettext_noop("colleague"),
    Pattern.NO_RELATION: gettext_noop("no care relation"),
    Pattern.VOLUME: gettext_noop("unusually many patients"),
}
_COLOURS = {
    "": "neutral",
    Case.Decision.FINE: "success",
    Case.Decision.ASK: "warning",
    Case.Decision.INCIDENT: "danger",
}


@dataclass(frozen=True)
class CaseRow:
    """One line of the table."""

    position: int
    url: str
    at: datetime
    staff: str
    patient: str
    rows: int
    patterns: list[str]
    decision: str
    colour: str


@dataclass(frozen=True)
class ReviewRow:
    """One line in the list of reviews."""

    review: Review
    url: str
    decided: int
    cases: int


def case_rows(at: AuditingReview) -> list[CaseRow]:
    """The cases she may decide; each patient shown is logged."""
    cases = [case for case in at.review.cases.all() if at.auditor.pk not in (case.actor, case.patient)]
    shown = list(dict.fromkeys(case.patient for case in cases))
    record_list(by=at.actor, kind=KIND, patients=shown, relation=KIND)
    names = names_of({id for case in cases for id in (case.actor, case.patient)})
    return [case_row(case, names) for case in cases]


def case_row(case: Case, names: dict[UUID, str]) -> CaseRow:
    """One case in words."""
    return CaseRow(
        position=case.position,
        url=reverse("audit:case", args=[case.review_id, case.pk]),
        at=case.at,
        staff=names.get(case.actor, _("somebody who is no longer in the system")),
        patient=names.get(case.patient, _("somebody who is no longer in the system")),
        rows=case.rows,
        patterns=[_(_PATTERNS[Pattern(pattern)]) for pattern in case.patterns] or [_("drawn at random")],
        decision=str(case.get_decision_display()) if case.decision else _("Not decided"),
        colour=_COLOURS[case.decision],
    )


def names_of(ids: set[UUID]) -> dict[UUID, str]:
    """Names; those of people with protected identity stay hidden."""
    people = Person.objects.filter(pk__in=ids).only("id", "first_name", "last_name", "protected_identity")
    return {
        one.pk: _("somebody with protected identity") if one.protected_identity else one.name
        for one in people
    }


def review_rows() -> list[ReviewRow]:
    """The latest reviews, with how far each has come."""
    reviews = Review.objects.select_related("begun_by").prefetch_related("cases")[:50]
    return [
        ReviewRow(
            review=review,
            url=reverse("audit:review", args=[review.pk]),
            decided=sum(1 for case in review.cases.all() if case.decision),
            cases=len(review.cases.all()),
        )
        for review in reviews
    ]
