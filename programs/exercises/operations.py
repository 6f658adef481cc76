"""Decides what the signs of a formula do: exact arithmetic, comparison and three-valued logic on values and
columns.

The null rule: a missing operand gives None. `and` and `or` know three values, so `false and missing` is
false.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from programs.exercises.values import ClockTime, Column, Grouped

MINUTES_A_DAY = 1440
ORDER: Mapping[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


def each_value(work: Callable[[object], object], of: object) -> object:
    """The work done on a value, or on every value of a column or group."""
    if isinstance(of, Column):
        return Column(tuple(work(value) for value in of.values), of.rows)
    if isinstance(of, Grouped):
        return Grouped({key: work(value) for key, value in of.values.items()})
    return work(of)


def combine(sign: str, left: object, right: object) -> object:
    """`left sign right`; columns of the same rows go value by value, a single value meets every value of a
    column."""
    if isinstance(left, Column) and isinstance(right, Column):
        if len(left.values) != len(right.values):
            return None
        pairs = zip(left.values, right.values, strict=True)
        return Column(tuple(single(sign, one, other) for one, other in pairs), left.rows)
    if isinstance(left, Column | Grouped):
        return each_value(lambda value: single(sign, value, right), left)
    if isinstance(right, Column | Grouped):
        return each_value(lambda value: single(sign, left, value), right)
    return single(sign, left, right)


def single(sign: str, left: object, right: object) -> object:
    if sign == "and":
        return both(left, right)
    if sign == "or":
        return inverse(both(inverse(left), inverse(right)))
    if sign == "is":
        return same(left, right)
    if left is None or right is None:
        return None
    if sign in ORDER:
        return compared(sign, left, right)
    return calculated(sign, left, right)


def both(left: object, right: object) -> bool | None:
    """Three-valued `and`: one false settles it, otherwise a missing one leaves it open."""
    if left is False or right is False:
        return False
    return True if left is True and right is True else None


def inverse(of: object) -> bool | None:
    return (not of) if isinstance(of, bool) else None


def same(left: object, right: object) -> bool:
    """Null-safe equality, for `is`: missing is only the same as null."""
    return kind_of(left) == kind_of(right) and comparable(left) == comparable(right)


def kind_of(value: object) -> str:
    """What may be compared with what; a datetime is no date here."""
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "truth"),
        (Fraction, "number"),
        (str, "text"),
        (ClockTime, "clock"),
        (datetime, "moment"),
        (date, "day"),
    )
    otherwise = "missing" if value is None else "other"
    return next((name for kind, name in kinds if isinstance(value, kind)), otherwise)


def comparable(value: object) -> object:
    # Two clock times are the same time whichever evening they belong to.
    return value.minutes if isinstance(value, ClockTime) else value


def compared(sign: str, left: object, right: object) -> bool | None:
    kind = kind_of(left)
    if kind != kind_of(right) or kind == "other" or (kind == "truth" and sign not in ("==", "!=")):
        return None
    return ORDER[sign](comparable(left), comparable(right))


def calculated(sign: str, left: object, right: object) -> object:
    if isinstance(left, Fraction) and isinstance(right, Fraction):
        return arithmetic(sign, left, right)
    if isinstance(left, ClockTime) and sign in ("+", "-"):
        return clock_arithmetic(sign, left, right)
    return None


def arithmetic(sign: str, left: Fraction, right: Fraction) -> Fraction | None:
    if sign == "+":
        return left + right
    if sign == "-":
        return left - right
    if sign == "*":
        return left * right
    return left / right if right else None


def clock_arithmetic(sign: str, left: ClockTime, right: object) -> object:
    """Time less time is the shorter way round in minutes (-720 < m <= 720); time and minutes go round
    midnight."""
    if isinstance(right, Fraction):
        turn = int(right) if sign == "+" else -int(right)
        return ClockTime((left.minutes + turn) % MINUTES_A_DAY)
    if isinstance(right, ClockTime) and sign == "-":
        apart = (left.minutes - right.minutes) % MINUTES_A_DAY
        return Fraction(apart if apart <= MINUTES_A_DAY // 2 else apart - MINUTES_A_DAY)
    return None
