"""Decides what the functions of formulas give, on plain values: aggregates over rows, and functions of
single values.

Aggregates follow the null rule strictly: one missing value among the rows makes the whole missing. Only
`count` and
`count_distinct` pass missing values over, and they too are missing when every value is. stdev is the
sample's (n - 1).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

from ikbt.common.clock import STOCKHOLM, local_date
from programs.exercises.operations import kind_of
from programs.exercises.values import ClockTime

NOON = 720
QUARTER = 15


def numbers_of(values: Sequence[object]) -> list[Fraction] | None:
    """The values as numbers, or None when one is missing or there are none."""
    found = [value for value in values if isinstance(value, Fraction)]
    return found if found and len(found) == len(values) else None


def total(values: Sequence[object]) -> Fraction | None:
    # Rows there were, but none fits the condition: that is a true zero.
    if not values:
        return Fraction(0)
    found = numbers_of(values)
    return None if found is None else sum(found, Fraction(0))


def mean(values: Sequence[object]) -> Fraction | None:
    found = numbers_of(values)
    return None if found is None else sum(found, Fraction(0)) / len(found)


def stdev(values: Sequence[object]) -> Fraction | None:
    found = numbers_of(values)
    if found is None or len(found) < 2:
        return None
    middle = sum(found, Fraction(0)) / len(found)
    spread = sum(((value - middle) ** 2 for value in found), Fraction(0)) / (len(found) - 1)
    return Fraction(str(math.sqrt(spread)))


def largest(values: Sequence[object]) -> Fraction | None:
    found = numbers_of(values)
    return None if found is None else max(found)


def smallest(values: Sequence[object]) -> Fraction | None:
    found = numbers_of(values)
    return None if found is None else min(found)


def count(values: Sequence[object]) -> Fraction | None:
    if values and all(value is None for value in values):
        return None
    return Fraction(sum(1 for value in values if value is not None and value is not False))


def count_distinct(values: Sequence[object]) -> Fraction | None:
    if values and all(value is None for value in values):
        return None
    known = {(kind_of(value), str(value)) for value in values if value is not None}
    return Fraction(len(known))


def some(values: Sequence[object]) -> bool | None:
    """True when one is true, missing when one might have been, else false."""
    if any(value is True for value in values):
        return True
    return False if all(value is False for value in values) else None


def first(values: Sequence[object]) -> object:
    return values[0] if values else None


def last(values: Sequence[object]) -> object:
    return values[-1] if values else None


AGGREGATES: Mapping[str, Callable[[Sequence[object]], object]] = {
    "any": some,
    "count": count,
    "count_distinct": count_distinct,
    "first": first,
    "last": last,
    "len": lambda values: Fraction(len(values)),
    "max": largest,
    "mean": mean,
    "min": smallest,
    "stdev": stdev,
    "sum": total,
}
# What an aggregate gives when there are no rows at all; the others are missing then.
OF_NOTHING: Mapping[str, object] = {"any": False, "len": Fraction(0)}


def extreme_row(values: Sequence[object], rows: Sequence[object], *, highest: bool) -> object:
    """The row of the highest or lowest value, the first of equals; missing when a value is."""
    found = numbers_of(values)
    if found is None:
        return None
    return rows[found.index(max(found) if highest else min(found))]


def absolute(value: object) -> Fraction | None:
    return abs(value) if isinstance(value, Fraction) else None


def clamp(value: object, low: object, high: object) -> Fraction | None:
    """The value held between two bounds; when they cross the lower one, a floor for safety, wins."""
    found = numbers_of((value, low, high))
    return None if found is None else max(found[1], min(found[0], found[2]))


def round15(value: object) -> Fraction | None:
    """The nearest quarter of an hour in minutes, half up."""
    if not isinstance(value, Fraction):
        return None
    return Fraction(math.floor(value / QUARTER + Fraction(1, 2)) * QUARTER)


def date_of(value: object) -> date | None:
    """The Swedish calendar date of a moment."""
    if isinstance(value, datetime):
        return local_date(value)
    return value if isinstance(value, date) else None


def days_since(value: object, now: datetime) -> Fraction | None:
    day = date_of(value)
    return None if day is None else Fraction((local_date(now) - day).days)


def elapsed_minutes(start: object, end: object, day: date | None) -> Fraction | None:
    """Minutes that passed from one clock time to another of an entry's date, counted across the change of
    clocks.

    Never plain clock subtraction: the nights of the change are an hour longer or shorter than the clock
    shows.
    """
    begin, finish = moment_of(start, day), moment_of(end, day)
    if begin is None or finish is None:
        return None
    return Fraction((finish.astimezone(UTC) - begin.astimezone(UTC)) // timedelta(minutes=1))


def moment_of(value: object, day: date | None) -> datetime | None:
    """When a clock time was: an evening field from 12:00 on belongs to the day before the entry's date."""
    if isinstance(value, datetime):
        return value
    if not isinstance(value, ClockTime) or day is None:
        return None
    if value.evening and value.minutes >= NOON:
        day -= timedelta(days=1)
    return datetime.combine(day, time(value.minutes // 60, value.minutes % 60), tzinfo=STOCKHOLM)
