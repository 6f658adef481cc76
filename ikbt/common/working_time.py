"""Pure: decides when a promised time is up, over Swedish working days, opening hours and clock changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from types import MappingProxyType

from dateutil.easter import easter

from ikbt.common.clock import STOCKHOLM, local_date, midnight

DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})
# Nobody waits longer for a day that is open; a unit that never opens is a mistake, not a promise.
LONGEST_CLOSED = 60
OFFICE_HOURS = MappingProxyType({weekday: (time(8), time(16, 30)) for weekday in range(5)})


class NeverOpen(ValueError):
    """The hours have no open day within two months."""


@dataclass(frozen=True)
class OpeningHours:
    """When a unit is staffed: weekday (Monday is 0) to (opens, closes), local time; `closed_on` beside holidays."""

    week: Mapping[int, tuple[time, time]] = field(default_factory=lambda: OFFICE_HOURS)
    closed_on: frozenset[date] = frozenset()

    def on(self, day: date) -> tuple[datetime, datetime] | None:
        """The day's span, aware; None when closed."""
        hours = self.week.get(day.weekday())
        if hours is None or is_holiday(day) or day in self.closed_on:
            return None
        opens, closes = hours
        # A span over midnight is two: one that ends before it begins opens nothing.
        return (_at(day, opens), _at(day, closes)) if opens < closes else None

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there at a moment."""
        span = self.on(local_date(at))
        return span is not None and span[0] <= at < span[1]


def is_holiday(day: date) -> bool:
    """A Swedish public holiday, or one of the three eves on which nobody works; Sundays as such are not.

    Source: lag (1989:253) om allmänna helgdagar; Christmas Eve, New Year's Eve and Midsummer's Eve by semesterlagen
    (1977:480) 3 a §.
    """
    return day in _holidays(day.year)


@cache
def _holidays(year: int) -> frozenset[date]:
    fixed = [(1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31)]
    easter_day = easter(year)
    # Good Friday, Easter Monday, Ascension Day, Whit Sunday.
    moving = [easter_day + timedelta(days=after) for after in (-2, 0, 1, 39, 49)]
    midsummer = _saturday_from(date(year, 6, 20))
    return frozenset(
        [date(year, month, day) for month, day in fixed]
        + [*moving, midsummer - DAY, midsummer, _saturday_from(date(year, 10, 31))]
    )


def _saturday_from(day: date) -> date:
    """The first Saturday on or after a day."""
    return day + timedelta(days=(5 - day.weekday()) % 7)


def is_working_day(day: date, *, closed_on: frozenset[date] = frozenset()) -> bool:
    """Monday to Friday, no holiday, and not a day on which the unit is closed."""
    return day.weekday() not in WEEKEND and not is_holiday(day) and day not in closed_on


def promised_by(since: datetime, hours: float, *, closed_on: frozenset[date] = frozenset()) -> datetime:
    """When a promised answer is due: a working day counts 24 hours on the wall, other days none.

    48 hours from Friday at 15 is Tuesday at 15. What comes on a day off counts from the next working day's midnight.
    """
    left, moment = timedelta(hours=hours), since.astimezone(STOCKHOLM)
    day, begins = moment.date(), timedelta(hours=moment.hour, minutes=moment.minute, seconds=moment.second)
    if not is_working_day(day, closed_on=closed_on):
        day, begins = _next_working_day(day, closed_on), timedelta()
    while left > DAY - begins:
        left -= DAY - begins
        day, begins = _next_working_day(day, closed_on), timedelta()
    return _on_the_wall(day, begins + left)


def due_by(since: datetime, hours: float, *, closed_on: frozenset[date] = frozenset()) -> datetime:
    """As `promised_by`; plain hours for a unit that has no working day for months, so that every promise has an end."""
    try:
        return promised_by(since, hours, closed_on=closed_on)
    except NeverOpen:
        return since + timedelta(hours=hours)


def open_time_after(since: datetime, wanted: timedelta, hours: OpeningHours) -> datetime:
    """The moment when so much opening time has passed since `since`; raises NeverOpen."""
    left = wanted
    for opens, closes in _spans(since, hours):
        begins = max(opens, since)
        if left <= _elapsed(begins, closes):
            return (begins.astimezone(UTC) + left).astimezone(STOCKHOLM)
        left -= _elapsed(begins, closes)
    raise NeverOpen("No opening hours within two months.")


def open_time_between(since: datetime, until: datetime, hours: OpeningHours) -> timedelta:
    """How much opening time lies between two moments; nothing when `until` comes first."""
    passed, day = timedelta(), local_date(since)
    while day <= local_date(until):
        if span := hours.on(day):
            passed += max(timedelta(), _elapsed(max(span[0], since), min(span[1], until)))
        day += DAY
    return passed


def _spans(since: datetime, hours: OpeningHours) -> Iterator[tuple[datetime, datetime]]:
    """The open spans that are not over at `since`, in order, for two months from each day that was open."""
    day, closed = local_date(since), 0
    while closed < LONGEST_CLOSED:
        span = hours.on(day)
        closed = closed + 1 if span is None else 0
        if span is not None and span[1] > since:
            yield span
        day += DAY


def _next_working_day(day: date, closed_on: frozenset[date]) -> date:
    for ahead in range(1, LONGEST_CLOSED + 1):
        if is_working_day(day + ahead * DAY, closed_on=closed_on):
            return day + ahead * DAY
    raise NeverOpen("No working day within two months.")


def _on_the_wall(day: date, since_midnight: timedelta) -> datetime:
    """A moment by what the clock on the wall shows; 24 hours is the next midnight."""
    if since_midnight >= DAY:
        return midnight(day + DAY)
    return midnight(day) + since_midnight


def _at(day: date, hour: time) -> datetime:
    return datetime.combine(day, hour, tzinfo=STOCKHOLM)


def _elapsed(earlier: datetime, later: datetime) -> timedelta:
    # In UTC: two local times in one zone are subtracted as the wall shows them, an hour off on two nights a year.
    return later.astimezone(UTC) - earlier.astimezone(UTC)
