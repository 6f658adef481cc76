"""Who cares for whom, as the unit's pages show it: decides that names, times and reasons stand there, no care."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.audit.recording import record_list
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from therapist.caseload import name_in_lists
from therapist.unit.access import RELATIONS, UnitsTreatment
from therapist.unit.working import who_work

PAGE_ROWS = 25
Kind = CareRelation.Kind


@dataclass(frozen=True)
class PatientRow:
    """One patient: who answers for her, and who else may open her."""

    url: str
    name: str
    responsible: str
    works_here: bool
    others: list[str]


@dataclass(frozen=True)
class Choice:
    """One therapist of the filter."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class RelationList:
    """What templates/therapist/unit/relations.html shows."""

    rows: list[PatientRow]
    therapists: list[Choice]
    page: Page[Treatment]
    # What a link to another page carries along, beginning with "&"; empty without a filter.
    kept: str


@dataclass(frozen=True)
class RelationLine:
    """One relation, in force or over."""

    staff: str
    kind: str
    since: datetime
    until: datetime | None
    given_by: str
    reason: str
    ended_by: str
    end_reason: str
    # Empty: it isn't ended here.
    end_url: str


def relation_list(desk: AtUnits, *, therapist: str, page: str, at: datetime) -> RelationList:
    """The patients in somebody's care, by therapist and name; each one named is written to the log.

    `therapist` is the id of the one whose patients are wanted, anything else for all.
    """
    everyone = Treatment.objects.of_units(desk.units).in_somebodys_care().exclude(patient=desk.person.pk)
    names = everyone.order_by("therapist__last_name", "therapist__first_name")
    found = names.values_list("therapist_id", "therapist__first_name", "therapist__last_name").distinct()
    choices = [Choice(str(pk), f"{first} {last}".strip(), str(pk) == therapist) for pk, first, last in found]
    chosen = next((one.value for one in choices if one.chosen), "")
    wanted = everyone.filter(therapist=UUID(chosen)) if chosen else everyone
    shown = Paginator(_readable(wanted, at=at), PAGE_ROWS).get_page(page)
    treatments = list(shown)
    record_list(
        by=desk.actor,
        kind=RELATIONS,
        patients=[each.patient_id for each in treatments],
        relation=desk.actor.role,
    )
    working = who_work(desk.units, at=at)
    rows = [_row(each, working=working) for each in treatments]
    return RelationList(rows, choices, shown, f"&behandlare={chosen}" if chosen else "")


def read_relations(at_treatment: UnitsTreatment, *, at: datetime) -> dict[str, Any]:
    """Context of templates/therapist/unit/relation.html: in force and given for later, then what is over."""
    treatment = at_treatment.treatment
    relations = (
        CareRelation.objects.filter(treatment=treatment)
        .exclude(kind=Kind.EMERGENCY)
        .select_related("staff", "given_by", "ended_by")
        .order_by("-starts_at", "kind")
    )
    lines = [(each, _line(each, at=at)) for each in relations]
    return {
        "patient_name": name_in_lists(treatment),
        "unit": treatment.unit.name,
        "current": [line for each, line in lines if _goes_on(each, at)],
        "over": [line for each, line in lines if not _goes_on(each, at)],
    }


def _readable(treatments: Any, *, at: datetime) -> Any:
    return (
        treatments.select_related("patient", "therapist")
        .defer("patient__personal_number", "therapist__personal_number")
        .prefetch_related(
            Prefetch(
                "relations",
                CareRelation.objects.unfinished(at)
                .exclude(kind__in=[Kind.EMERGENCY, Kind.RESPONSIBLE])
                .select_related("staff")
                .order_by("starts_at"),
                to_attr="in_force",
            )
        )
        .order_by(
            "therapist__last_name", "therapist__first_name", "patient__last_name", "patient__first_name", "pk"
        )
    )


def _row(treatment: Any, *, working: set[tuple[UUID, UUID]]) -> PatientRow:
    return PatientRow(
        url=reverse("unit:relation", args=[treatment.pk]),
        name=name_in_lists(treatment),
        responsible=treatment.therapist.name,
        works_here=(treatment.therapist_id, treatment.unit_id) in working,
        others=[_other(each) for each in treatment.in_force],
    )


def _other(relation: CareRelation) -> str:
    said = {"name": relation.staff.name, "kind": relation.get_kind_display()}
    if relation.ends_at is None:
        return _("%(name)s, %(kind)s") % said
    last = date_format(relation.ends_at.astimezone(clock.STOCKHOLM), "j F")
    return _("%(name)s, %(kind)s until %(day)s") % {**said, "day": last}


def _goes_on(relation: CareRelation, at: datetime) -> bool:
    return relation.ends_at is None or relation.ends_at > at


def _line(relation: CareRelation, *, at: datetime) -> RelationLine:
    may_end = _goes_on(relation, at) and relation.kind != Kind.RESPONSIBLE
    address = reverse("unit:end_relation", args=[relation.treatment_id, relation.pk]) if may_end else ""
    return RelationLine(
        staff=relation.staff.name,
        kind=str(relation.get_kind_display()),
        since=relation.starts_at,
        until=relation.ends_at,
        given_by=relation.given_by.name if relation.given_by else "",
        reason=relation.reason or (_("Absence cover") if relation.absence_id else ""),
        ended_by=relation.ended_by.name if relation.ended_by else "",
        end_reason=relation.end_reason or "",
        end_url=address,
    )
