"""A therapist's own active time and her units' medians: decides that nobody is ranked, and nothing of few is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from ikbt.accounts.models import CareUnit
from ikbt.common.clock import local_date
from ikbt.treatments.access import Desk
from ikbt.treatments.models import ActiveTime
from measurements.outcomes.hiding import AT_LEAST

# Whole weeks before this one.
WEEKS = 4


@dataclass(frozen=True)
class OwnDay:
    """One day of this week."""

    day: date
    minutes: int


@dataclass(frozen=True)
class OwnWeek:
    """A week: all minutes, with how many patients, and the median of a patient. None: nobody."""

    first: date
    minutes: int
    patients: int
    each: int | None


@dataclass(frozen=True)
class UnitMedian:
    """Minutes a patient and week at a unit; None: told by too few therapists to be anybody's but theirs."""

    unit: str
    minutes: int | None


def my_time(desk: Desk, *, at: datetime) -> dict[str, Any]:
    """Context of therapist/my_time.html; three queries."""
    today = local_date(at)
    monday = today - timedelta(days=today.weekday())
    since = monday - timedelta(weeks=WEEKS)
    own = ActiveTime.objects.of_staff(desk.staff.pk).between(since, today)
    rows = list(own.values_list("day", "treatment", "seconds"))
    return {
        "days": _days(rows, monday, today),
        "weeks": [_week(rows, monday - timedelta(weeks=back)) for back in range(WEEKS + 1)],
        "medians": unit_medians(desk, since, monday - timedelta(days=1)),
        "number_of_weeks": WEEKS,
        "at_least": AT_LEAST,
    }


def _days(rows: Iterable[tuple[date, UUID, int]], monday: date, today: date) -> list[OwnDay]:
    seconds: dict[date, int] = defaultdict(int)
    for day, _treatment, counted in rows:
        seconds[day] += counted
    days = [monday + timedelta(days=number) for number in range((today - monday).days + 1)]
    return [OwnDay(day, in_minutes(seconds[day])) for day in days]


def _week(rows: Iterable[tuple[date, UUID, int]], first: date) -> OwnWeek:
    of_patient: dict[UUID, int] = defaultdict(int)
    for day, treatment, counted in rows:
        if first <= day < first + timedelta(weeks=1):
            of_patient[treatment] += counted
    each = in_minutes(median(of_patient.values())) if of_patient else None
    return OwnWeek(first, in_minutes(sum(of_patient.values())), len(of_patient), each)


def unit_medians(desk: Desk, first: date, last: date) -> list[UnitMedian]:
    """One line for each unit where she works; two queries."""
    rows = ActiveTime.objects.at_units(desk.units).between(first, last)
    told = rows.values_list("treatment__unit", "treatment", "staff", "day", "seconds")
    of_week: dict[UUID, dict[tuple[UUID, int], int]] = defaultdict(lambda: defaultdict(int))
    therapists: dict[UUID, set[UUID]] = defaultdict(set)
    for unit, treatment, staff, day, seconds in told:
        of_week[unit][treatment, (day - first).days // 7] += seconds
        therapists[unit].add(staff)
    return [
        UnitMedian(name, _median(of_week[unit], number=len(therapists[unit])))
        for unit, name in CareUnit.objects.filter(pk__in=desk.units)
        .order_by("name")
        .values_list("pk", "name")
    ]


def _median(of_week: Mapping[tuple[UUID, int], int], *, number: int) -> int | None:
    return in_minutes(median(of_week.values())) if number >= AT_LEAST else None


def in_minutes(seconds: float) -> int:
    """Whole minutes, the half one up."""
    return int(seconds / 60 + 0.5)
