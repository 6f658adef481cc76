"""How much each therapist carries: decides what coordinator and manager see of it before they move a patient."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import ngettext

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import record_list
from ikbt.treatments.models import Absence, CaseloadLimit, Treatment
from ikbt.treatments.querysets import RUNNING
from therapist.caseload import name_in_lists
from therapist.unit.absences import last_day_of
from therapist.unit.access import RELATIONS, AtTherapist


@dataclass(frozen=True)
class TherapistRow:
    """One therapist at one unit, by name: what she carries is for planning, never a ranking."""

    name: str
    unit: str
    patients: int
    ready: int
    # None: nobody has set one.
    most: int | None
    # None: she is there.
    away_until: date | None
    url: str

    @property
    def is_full(self) -> bool:
        """She carries as many as was set, or more."""
        return self.most is not None and self.patients + self.ready >= self.most


def therapist_rows(desk: AtUnits, *, at: datetime) -> list[TherapistRow]:
    """By unit and name; four queries however many there are."""
    held = (
        RoleAssignment.objects.running(at)
        .filter(unit__in=desk.units, role=Role.THERAPIST, person__is_active=True)
        .select_related("person", "unit")
        .defer("person__personal_number")
        .order_by("unit__name", "person__last_name", "person__first_name")
    )
    running = Treatment.objects.of_units(desk.units).filter(state__in=RUNNING).order_by()
    counted = Counter(running.values_list("therapist_id", "unit_id", "state"))
    limits = {
        (one.person_id, one.unit_id): one.patients
        for one in CaseloadLimit.objects.filter(unit__in=desk.units)
    }
    away = {
        (one.person_id, one.unit_id): last_day_of(one)
        for one in Absence.objects.running(at).at_units(desk.units)
    }
    return [_row(one, counted, limits, away) for one in held if one.unit_id]


def chosen_of(at_therapist: AtTherapist, chosen: Collection[str]) -> list[Treatment]:
    """Those of hers that were ticked."""
    hers = Treatment.objects.of_units([at_therapist.unit.pk]).filter(therapist=at_therapist.therapist)
    return list(hers.filter(pk__in=chosen))


def patients_of(at_therapist: AtTherapist) -> list[tuple[UUID, str, str]]:
    """Her patients as id, name and state, each name written to the log; never the reader herself."""
    rows = (
        Treatment.objects.of_units([at_therapist.unit.pk])
        .filter(therapist=at_therapist.therapist, state__in=RUNNING)
        .exclude(patient=at_therapist.person.pk)
        .select_related("patient")
        .defer("patient__personal_number")
        .order_by("patient__last_name", "patient__first_name", "pk")
    )
    found = list(rows)
    if found:
        patients = [one.patient_id for one in found]
        record_list(
            by=at_therapist.actor, kind=RELATIONS, patients=patients, relation=at_therapist.actor.role
        )
    return [(one.pk, name_in_lists(one), str(one.get_state_display())) for one in found]


def others_with_room(at_therapist: AtTherapist, *, at: datetime) -> list[tuple[Person, str]]:
    """Who may take over, each with how many she has; the reader names nobody but others."""
    held = RoleAssignment.objects.running(at).filter(unit=at_therapist.unit, role=Role.THERAPIST)
    people = Person.objects.filter(roles__in=held, is_active=True).defer("personal_number").distinct()
    people = people.exclude(pk__in=[at_therapist.person.pk, at_therapist.therapist.pk])
    running = Treatment.objects.of_units([at_therapist.unit.pk]).filter(state__in=RUNNING).order_by()
    counted = Counter(running.values_list("therapist_id", flat=True))
    return [
        (
            one,
            ngettext("%(name)s (%(n)d patient)", "%(name)s (%(n)d patients)", counted[one.pk])
            % {"name": one.name, "n": counted[one.pk]},
        )
        for one in people.order_by("last_name", "first_name")
    ]


def _row(
    role: RoleAssignment,
    counted: Counter[Any],
    limits: dict[tuple[UUID, UUID], int],
    away: dict[tuple[UUID, UUID], date],
) -> TherapistRow:
    unit = role.unit
    if unit is None:
        raise ValueError("A therapist's role belongs to a unit.")
    pair = (role.person_id, unit.pk)
    ready = counted[(*pair, Treatment.State.READY.value)]
    return TherapistRow(
        name=role.person.name,
        unit=unit.name,
        patients=sum(n for (person, at, _state), n in counted.items() if (person, at) == pair) - ready,
        ready=ready,
        most=limits.get(pair),
        away_until=away.get(pair),
        url=reverse("unit:therapist", args=[role.pk]),
    )
