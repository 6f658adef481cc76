"""Who is away and who covers, as the unit's pages show it: names and days, never why, and no patient by name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.urls import reverse

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.treatments.covering import COVERING, gaps_in
from ikbt.treatments.models import Absence, Treatment


@dataclass(frozen=True)
class AbsenceRow:
    """One absence that is not over."""

    name: str
    unit: str
    since: date
    last_day: date
    # Empty: nobody is named, so the coordinator covers.
    stand_in: str
    is_now: bool
    # The stand-in is away herself at some time of it: then the coordinator covers.
    stand_in_away: bool
    patients: int
    # Of those, how many nobody who is there covers at this moment.
    uncovered: int
    # She has patients whom nobody covers while she is away, or for a part of it.
    nobody: bool
    nobody_partly: bool
    url: str


def absence_rows(desk: AtUnits, *, at: datetime, own: bool = False) -> list[AbsenceRow]:
    """Now and to come, at her units or her own alone; four queries and one a unit, however many there are."""
    found = Absence.objects.unfinished(at).at_units(desk.units).select_related("person", "stand_in", "unit")
    absences = list(found.defer("person__personal_number", "stand_in__personal_number"))
    shown = [one for one in absences if not own or one.person_id == desk.person.pk]
    answering, bare = _answering(desk.units), uncovered_by_therapist(desk.units, at=at)
    gaps = gaps_in(absences, at=at)
    return [_row(one, absences, answering, bare, gaps[one.pk], at=at, own=own) for one in shown]


def uncovered_by_therapist(units: Collection[UUID], *, at: datetime) -> Counter[tuple[UUID, UUID]]:
    """(therapist, unit) to how many of her patients nobody covers while she is away."""
    found = Treatment.objects.of_units(units).running().uncovered(at).order_by()
    return Counter(found.values_list("therapist_id", "unit_id"))


def who_may_be_away(desk: AtUnits, *, at: datetime) -> list[Person]:
    """Everybody who works at her units."""
    held = RoleAssignment.objects.running(at).filter(unit__in=desk.units).exclude(role=Role.PATIENT)
    people = Person.objects.filter(roles__in=held, is_active=True)
    return list(people.defer("personal_number").distinct().order_by("last_name", "first_name"))


def who_may_stand_in(desk: AtUnits, *, at: datetime) -> list[Person]:
    """Whoever treats at her units, but for herself: nobody gives herself a relation."""
    held = RoleAssignment.objects.running(at).filter(unit__in=desk.units, role__in=COVERING)
    people = Person.objects.filter(roles__in=held, is_active=True).exclude(pk=desk.person.pk)
    return list(people.defer("personal_number").distinct().order_by("last_name", "first_name"))


def units_at(desk: AtUnits) -> list[CareUnit]:
    """Her units, by name."""
    return list(CareUnit.objects.filter(pk__in=desk.units))


def last_day_of(absence: Absence) -> date:
    """The last day on which she is away."""
    return clock.local_date(absence.ends_at - timedelta(microseconds=1))


def _row(
    absence: Absence,
    everybodys: list[Absence],
    answering: Counter[tuple[UUID, UUID]],
    bare: Counter[tuple[UUID, UUID]],
    gap: timedelta,
    *,
    at: datetime,
    own: bool,
) -> AbsenceRow:
    is_now, pair = absence.starts_at <= at, (absence.person_id, absence.unit_id)
    lasts = absence.ends_at - max(absence.starts_at, at)
    bares = bool(gap) and bool(answering[pair])
    return AbsenceRow(
        name=absence.person.name,
        unit=absence.unit.name,
        since=clock.local_date(absence.starts_at),
        last_day=last_day_of(absence),
        stand_in=absence.stand_in.name if absence.stand_in else "",
        is_now=is_now,
        stand_in_away=any(_meet(one, absence) for one in everybodys),
        patients=answering[pair],
        uncovered=bare[pair] if is_now else 0,
        nobody=bares and gap >= lasts,
        nobody_partly=bares and gap < lasts,
        url=reverse("therapist:my_absence" if own else "unit:absence", args=[absence.pk]),
    )


def _meet(other: Absence, absence: Absence) -> bool:
    """Whether `other` is the stand-in's own absence at the same time."""
    is_hers = other.person_id == absence.stand_in_id and other.unit_id == absence.unit_id
    return is_hers and other.starts_at < absence.ends_at and other.ends_at > absence.starts_at


def _answering(units: Collection[UUID]) -> Counter[tuple[UUID, UUID]]:
    running = Treatment.objects.of_units(units).running().order_by()
    return Counter(running.values_list("therapist_id", "unit_id"))
