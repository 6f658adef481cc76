"""Plans the occasions of a course: which instrument opens when, is due when, closes when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ikbt.common.clock import midnight
from measurements.models import Occasion, Series
from measurements.storing import stored_versions


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
    found = []
    for instrument, when, week in rules:
        if when == Occasion.Kind.PRE:
            found.append(Planned(instrument, when, 0, starts_on))
        elif when == Occasion.Kind.WEEKLY:
            found += [
                Planned(instrument, when, n, starts_on + timedelta(weeks=n - 1)) for n in range(2, weeks + 1)
            ]
        elif when == Occasion.Kind.MID and instrument not in weekly:
            middle = int(str(week)) if week else weeks // 2
            found.append(Planned(instrument, when, middle, starts_on + timedelta(weeks=middle - 1)))
        elif when == Occasion.Kind.POST:
            found.append(Planned(instrument, when, weeks, starts_on + timedelta(weeks=weeks)))
    return sorted(found, key=lambda plan: (plan.opens_on, plan.instrument))


def plan_occasions(
    series: Series, measures: Iterable[Mapping[str, object]], *, starts_on: date, weeks: int
) -> list[Occasion]:
    """Store the occasions of a course; opening and due times are local midnights, right on days of clock change."""
    plan = planned(measures, starts_on=starts_on, weeks=weeks)
    versions = stored_versions({one.instrument for one in plan})
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
    )
