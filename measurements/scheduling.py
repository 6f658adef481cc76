"""Plans the occasions of a course: which instrument opens when, is due when, closes when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count

from ikbt.accounts.models import CareUnit
from ikbt.common.clock import midnight
from measurements.models import Occasion, Series
from measurements.storing import definition_of, versions_at


@dataclass(frozen=True)
class Window:
    """Days from opening until due and until closed; our proposals, to be set per unit when plans get their screen."""

    due: int
    closes: int


WINDOWS = {
    Occasion.Kind.SCREENING: Window(due=5, closes=14),
    Occasion.Kind.PRE: Window(due=3, closes=14),
    Occasion.Kind.WEEKLY: Window(due=2, closes=7),
    Occasion.Kind.MID: Window(due=3, closes=14),
    Occasion.Kind.POST: Window(due=5, closes=28),
}


@dataclass(frozen=True)
class Planned:
    """One occasion before it is stored."""

    instrument: str
    kind: str
    number: int
    opens_on: date


def planned(measures: Iterable[Mapping[str, object]], *, starts_on: date, weeks: int) -> list[Planned]:
    """All occasions of a course, by opening day; pure.

    Pre is week one, so weekly measures run from week two; a mid measure gives way to a weekly one of the same
    instrument. Screening comes before a treatment and is not planned here. Post opens the day after the last week.
    """
    rules = [(str(rule["instrument"]), str(rule["when"]), rule.get("week")) for rule in measures]
    weekly = {instrument for instrument, when, _ in rules if when == Occasion.Kind.WEEKLY}
    found = [
        Planned(instrument, when, number, starts_on + timedelta(weeks=after))
        for instrument, when, week in rules
        if not (when == Occasion.Kind.MID and instrument in weekly)
        for number, after in _places(when, int(str(week)) if week else weeks // 2, weeks)
    ]
    return sorted(found, key=lambda plan: (plan.opens_on, plan.instrument))


def _places(when: str, middle: int, weeks: int) -> list[tuple[int, int]]:
    """(number, weeks after the start) of each occasion of a kind."""
    places = {
        Occasion.Kind.PRE.value: [(0, 0)],
        Occasion.Kind.WEEKLY.value: [(number, number - 1) for number in range(2, weeks + 1)],
        Occasion.Kind.MID.value: [(middle, middle - 1)],
        Occasion.Kind.POST.value: [(weeks, weeks)],
    }
    return places.get(when, [])


def plan_occasions(
    series: Series,
    measures: Iterable[Mapping[str, object]],
    *,
    starts_on: date,
    weeks: int,
    unit: CareUnit,
    language: str,
) -> list[Occasion]:
    """Store the occasions of a course; opening and due times are local midnights, right on days of clock change.

    The unit's own wording and numbers are used. What the unit has no wording for in the program's language is left
    out: a program may name an instrument that only some units hold.
    """
    plan = planned(measures, starts_on=starts_on, weeks=weeks)
    stored = versions_at(unit, {one.instrument for one in plan}, on=starts_on)
    versions = {slug: row for slug, row in stored.items() if language in definition_of(row).languages}
    return Occasion.objects.bulk_create(
        Occasion(
            series=series,
            instrument=versions[one.instrument],
            kind=one.kind,
            number=one.number,
            opens_at=midnight(one.opens_on),
            due_at=midnight(one.opens_on + timedelta(days=WINDOWS[Occasion.Kind(one.kind)].due)),
            closes_at=midnight(one.opens_on + timedelta(days=WINDOWS[Occasion.Kind(one.kind)].closes)),
        )
        for one in plan
        if one.instrument in versions
    )


def plan_extra(occasion: Occasion, *, at: datetime) -> Occasion:
    """An extra occasion of the same instrument, open now: for answers that must not be turned away.

    It carries the number of the one it stands in for, or the next free one; the caller holds the course's lock.
    """
    same = Occasion.objects.filter(
        series=occasion.series_id, instrument=occasion.instrument_id, kind=Occasion.Kind.EXTRA
    )
    taken = set(same.values_list("number", flat=True))
    return Occasion.objects.create(
        series_id=occasion.series_id,
        instrument=occasion.instrument,
        kind=Occasion.Kind.EXTRA,
        number=next(number for number in count(occasion.number) if number not in taken),
        opens_at=at,
        due_at=at,
        closes_at=at + timedelta(days=1),
    )
