"""Decides what a stored answer is worth in a formula: exact numbers, clock times, moments, columns, or None
for missing.

Answers are JSON and may hold anything that was typed; what is not a value of the field's kind counts as
missing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition

LARGEST = 10**12
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d", re.ASCII)


@dataclass(frozen=True)
class ClockTime:
    """A time of day in minutes after midnight; `evening` ones from 12:00 on belong to the day before the
    entry's date."""

    minutes: int
    evening: bool = False

    def __str__(self) -> str:
        return f"{self.minutes // 60:02d}:{self.minutes % 60:02d}"


@dataclass(frozen=True)
class Column:
    """The values of a list, one per row; `rows` are the rows themselves, so that argmax can point at one."""

    values: tuple[object, ...]
    rows: tuple[object, ...]


@dataclass(frozen=True)
class Grouped:
    """One value per key, in the order the keys first came."""

    values: Mapping[object, object]


def number(raw: object) -> Fraction | None:
    """An exact number; booleans, text, NaN, infinities and numbers beyond a million million are missing."""
    if isinstance(raw, Fraction):
        return raw
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    if isinstance(raw, float) and not math.isfinite(raw):
        return None
    # Through the shortest decimal text: 0.1 is a tenth, not the binary number beside it.
    return Fraction(str(raw)) if abs(raw) < LARGEST else None


def day_in(raw: object) -> date | None:
    """An ISO date from 1900 to 2200, or None; farther off a date can't be carried to every zone."""
    if not isinstance(raw, str) or DAY.fullmatch(raw) is None:
        return None
    try:
        day = date.fromisoformat(raw)
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2200 else None


def clock_in(raw: object, *, evening: bool = False) -> ClockTime | None:
    """A time written HH:MM, or None."""
    match = CLOCK.fullmatch(raw) if isinstance(raw, str) else None
    return ClockTime(int(match[1]) * 60 + int(match[2]), evening) if match else None


def moment_in(raw: object) -> datetime | None:
    """A local date and time written YYYY-MM-DDTHH:MM, or a datetime; always aware when it comes out."""
    if isinstance(raw, datetime):
        return raw if raw.tzinfo else raw.replace(tzinfo=STOCKHOLM)
    if not isinstance(raw, str) or MOMENT.fullmatch(raw) is None or day_in(raw[:10]) is None:
        return None
    return datetime.fromisoformat(raw).replace(tzinfo=STOCKHOLM)


def text_in(raw: object) -> str | None:
    """Text with something in it, or None."""
    return raw if isinstance(raw, str) and raw.strip() else None


def truth_in(raw: object) -> bool | None:
    return raw if isinstance(raw, bool) else None


READERS: Mapping[str, Callable[[object], object]] = {
    "text": text_in,
    "longtext": text_in,
    "choice": text_in,
    "ref": text_in,
    "date": day_in,
    "datetime": moment_in,
    "bool": truth_in,
    "integer": number,
    "scale": number,
    "duration_min": number,
}


def items_in(raw: object) -> tuple[object, ...] | None:
    return tuple(raw) if isinstance(raw, list | tuple) else None


def value_of(field: FieldDefinition, raw: object) -> object:
    """The worth of one stored answer; a list becomes a Column of rows, a multiple choice a Column of its
    values."""
    if field.type == "time":
        return clock_in(raw, evening=field.evening)
    if field.type == "multichoice":
        texts = tuple(text for text in items_in(raw) or () if text_in(text))
        return Column(texts, texts) if texts else None
    if field.type == "list":
        items = items_in(raw)
        if items is None:
            return None
        rows = tuple(row_of(field.fields, item) for item in items)
        return Column(rows, rows)
    return READERS[field.type](raw)


def row_of(fields: Sequence[FieldDefinition], raw: object) -> dict[str, object]:
    """The worth of each field of one row or entry; a row that isn't a mapping has every value missing."""
    stored = raw if isinstance(raw, Mapping) else {}
    return {field.name: value_of(field, stored.get(field.name)) for field in fields}


def entry_of(definition: ExerciseDefinition, raw: object) -> dict[str, object]:
    """The worth of a whole entry, with `created` when the caller gave the moment it was made."""
    stored = raw if isinstance(raw, Mapping) else {}
    return {**row_of(definition.fields, raw), "created": moment_in(stored.get("created"))}


def outside_value(raw: object) -> object:
    """A value from another exercise: its kind is told from its looks."""
    if isinstance(raw, Mapping):
        return {str(key): outside_value(value) for key, value in raw.items()}
    if isinstance(raw, list | tuple):
        rows = tuple(outside_value(value) for value in raw)
        return Column(rows, rows)
    if isinstance(raw, bool | ClockTime | date):
        return raw
    if isinstance(raw, str):
        return clock_in(raw) or day_in(raw) or moment_in(raw) or text_in(raw)
    return number(raw)


def rounded(value: Fraction, decimals: int = 1) -> int | float:
    """A number for people and JSON, rounded half up (half away from zero); whole numbers come without a
    decimal."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    short = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    return int(short) if short == short.to_integral_value() else float(short)


def plain(value: object, decimals: int = 1) -> object:
    """A formula's value as JSON: numbers rounded, times and dates as text, columns as lists, groups as
    mappings."""
    if isinstance(value, Fraction):
        return rounded(value, decimals) if abs(value) < LARGEST**2 else None
    if isinstance(value, Column):
        return [plain(each, decimals) for each in value.values]
    if isinstance(value, Grouped):
        return plain(value.values, decimals)
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(each, decimals) for key, each in value.items()}
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, ClockTime) else value
