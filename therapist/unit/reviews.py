"""Emergency accesses as a manager looks at them: who, when, why and how much was read, never what stood there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.accounts.access import AtUnits
from ikbt.audit.models import Entry
from ikbt.audit.recording import record_list
from ikbt.treatments.models import EmergencyAccess
from ikbt.treatments.reviewing_emergency import KIND
from therapist.caseload import name_in_lists
from therapist.unit.access import UnitsEmergency

NEWEST = 100
COLOURS = {"": "warning", "justified": "success", "not_justified": "danger"}
# What a row of the log is about, to what a manager reads.
PAGES = {
    "treatment": gettext_noop("the patient's page"),
    "module": gettext_noop("a module"),
    "occasion": gettext_noop("a questionnaire"),
    "alert": gettext_noop("an alert"),
    "messages": gettext_noop("messages"),
}


@dataclass(frozen=True)
class ReviewRow:
    """One line of the list."""

    url: str
    at: datetime
    staff: str
    patient: str
    reason: str
    reads: int
    decision: str
    colour: str


@dataclass(frozen=True)
class Step:
    """One row of the log: when, which kind of page, and whether it was let through."""

    at: datetime
    what: str
    granted: bool
    number: int


@dataclass(frozen=True)
class MadeHere:
    """An emergency access that somebody of the unit made to another unit's patient: that unit looks at it."""

    at: datetime
    staff: str
    unit: str
    decision: str
    colour: str


def review_rows(desk: AtUnits) -> list[ReviewRow]:
    """Those that wait first, then the newest; each patient named is written to the log."""
    found = (
        EmergencyAccess.objects.of_units(desk.units)
        .reviewable(desk.person.pk)
        .select_related("relation__staff", "relation__treatment__patient")
        .defer("relation__staff__personal_number", "relation__treatment__patient__personal_number", "why")
        .annotate(reads=Coalesce(Subquery(_reads()), 0))
        .order_by("decision", "-relation__starts_at")[:NEWEST]
    )
    rows = sorted(found, key=lambda one: one.decision != "")
    patients = list(dict.fromkeys(one.relation.treatment.patient_id for one in rows))
    record_list(by=desk.actor, kind=KIND, patients=patients, relation=desk.actor.role)
    return [_row(one) for one in rows]


def made_here(desk: AtUnits) -> list[MadeHere]:
    """What staff of these units opened elsewhere, without whose; the newest first."""
    found = (
        EmergencyAccess.objects.from_units(desk.units)
        .select_related("relation__staff", "relation__treatment__unit")
        .order_by("-relation__starts_at")[:NEWEST]
    )
    return [
        MadeHere(
            one.relation.starts_at,
            one.relation.staff.name,
            one.relation.treatment.unit.name,
            decision_in_words(one),
            COLOURS[one.decision],
        )
        for one in found
    ]


def read_review(at: UnitsEmergency) -> dict[str, object]:
    """Context of templates/therapist/unit/review.html."""
    access = at.access
    rows = _log_of(access)
    kinds = Counter(row.object_kind for row in rows if row.action == Entry.Action.READ and row.granted)
    return {
        "access": access,
        "staff": access.relation.staff,
        "patient_name": name_in_lists(access.relation.treatment),
        "steps": [Step(row.at, _in_words(row), row.granted, row.pk) for row in rows],
        "reads": sum(kinds.values()),
        "kinds": [(_page(kind), number) for kind, number in kinds.most_common()],
        "decision": decision_in_words(access),
        "colour": COLOURS[access.decision],
    }


def decision_in_words(access: EmergencyAccess) -> str:
    """ "Justified", "Not justified", or that nobody has decided."""
    return str(access.get_decision_display()).capitalize() if access.decision else _("Waits for a decision")


def _row(access: EmergencyAccess) -> ReviewRow:
    return ReviewRow(
        url=reverse("unit:review", args=[access.pk]),
        at=access.relation.starts_at,
        staff=access.relation.staff.name,
        patient=name_in_lists(access.relation.treatment),
        reason=str(access.get_reason_display()),
        reads=getattr(access, "reads", 0),
        decision=decision_in_words(access),
        colour=COLOURS[access.decision],
    )


def _reads() -> QuerySet[Any, Any]:
    """How many reads of the patient the log has of her in the time of the access, for a subquery."""
    rows = Entry.objects.filter(
        actor=OuterRef("relation__staff"),
        patient=OuterRef("relation__treatment__patient"),
        relation="emergency",
        action=Entry.Action.READ,
        granted=True,
        at__gte=OuterRef("relation__starts_at"),
        at__lte=OuterRef("relation__ends_at"),
    )
    return rows.order_by().values("actor").annotate(n=Count("pk")).values("n")[:1]


def _log_of(access: EmergencyAccess) -> list[Entry]:
    """All that she did with this patient's data under the access, in order."""
    relation = access.relation
    rows = Entry.objects.about(relation.treatment.patient_id).between(relation.starts_at, None)
    found = rows.filter(actor=relation.staff_id, relation="emergency", at__lte=relation.ends_at)
    return list(found.order_by("at", "pk"))


def _page(kind: str) -> str:
    return _(PAGES[kind]) if kind in PAGES else _("another page")


def _in_words(row: Entry) -> str:
    if row.object_kind == "emergency access":
        return _("Opened the emergency access") if row.action == "create" else _("Ended the access")
    if row.object_kind == "block":
        return _("Lifted the patient's block for this access")
    if not row.granted:
        return _("Tried to write, and was refused")
    if row.action == Entry.Action.READ:
        return _("Read: %(page)s") % {"page": _page(row.object_kind)}
    return _("Handled: %(page)s") % {"page": _page(row.object_kind)}
