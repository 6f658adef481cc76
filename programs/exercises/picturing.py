"""Decides the pictures of one entry as figures for SVG: bars of a list, shares of a whole, a week day by day.

Each picture stands beside the entry's own table, which holds everything it shows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from programs.exercises.definitions import ExerciseDefinition, FieldDefinition
from programs.exercises.layout import Picture
from programs.exercises.values import day_in, items_in, moment_in
from programs.exercises.wording import in_cell, with_unit
from programs.exercises.words import label_in

# The widest bar, in the units of the drawing.
WIDEST = 100.0
WHOLE = 100

Values = Mapping[str, object]


@dataclass(frozen=True)
class BarView:
    """One bar; `number` (1-4) picks colour and pattern by class, `before` marks what an earlier entry said."""

    name: str
    text: str
    width: str
    number: int
    before: bool = False


@dataclass(frozen=True)
class BarsView:
    """All bars of one row."""

    label: str
    bars: tuple[BarView, ...]


@dataclass(frozen=True)
class DayView:
    """A day of a week with what is planned on it."""

    name: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class PictureView:
    """`rows` for bars and shares, `days` for a week; `summary` says in a line what the bars are."""

    kind: str
    title: str
    rows: tuple[BarsView, ...] = ()
    days: tuple[DayView, ...] = ()
    summary: str = ""


def pictures_of(
    definition: ExerciseDefinition,
    values: Values,
    derived: Values,
    *,
    language: str,
    before: Values | None = None,
) -> tuple[PictureView, ...]:
    """The pictures that have something to show; `before` is an earlier entry to stand beside this one."""
    found = [
        picture(each, definition, values, derived, language=language, before=before or {})
        for each in definition.layout.pictures
        if each.of
    ]
    return tuple(each for each in found if each is not None)


def picture(
    wanted: Picture,
    definition: ExerciseDefinition,
    values: Values,
    derived: Values,
    *,
    language: str,
    before: Values,
) -> PictureView | None:
    field = next(each for each in definition.fields if each.name == wanted.of)
    rows = rows_in(values.get(wanted.of))
    if not rows:
        return None
    title = label_in(field.label, language)
    if wanted.kind == "week":
        return PictureView("week", title, days=days_of(wanted, field, rows, language))
    inside = {each.name: each for each in field.fields}
    top = top_of(wanted, inside, rows)
    drawn = bars_of(wanted, inside, rows, rows_in(before.get(wanted.of)), top, language)
    if wanted.rest:
        drawn = (*drawn, rest_of(derived.get(wanted.rest)))
    summary = ", ".join(label_in(inside[name].label, language) for name in wanted.values)
    return PictureView(wanted.kind, title, rows=tuple(each for each in drawn if each.bars), summary=summary)


def rows_in(value: object) -> list[Values]:
    return [row for row in items_in(value) or () if isinstance(row, Mapping)]


def top_of(wanted: Picture, inside: Mapping[str, FieldDefinition], rows: Sequence[Values]) -> float:
    """The end of the scale; for shares the whole, or more where they add up to more."""
    if wanted.kind == "shares":
        return max(WHOLE, *(number_in(row.get(wanted.values[0])) or 0 for row in rows))
    return float(max(inside[name].max or 0 for name in wanted.values)) or 1.0


def number_in(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def bars_of(
    wanted: Picture,
    inside: Mapping[str, FieldDefinition],
    rows: Sequence[Values],
    earlier: Sequence[Values],
    top: float,
    language: str,
) -> tuple[BarsView, ...]:
    """A group of bars for each row; rows are known again by what names them."""
    known = {str(row.get(wanted.label)): row for row in earlier}
    return tuple(
        BarsView(
            in_cell(inside[wanted.label], row.get(wanted.label), language),
            tuple(
                bar
                for number, name in enumerate(wanted.values, start=1)
                for bar in both_times(
                    inside[name], name, row, known.get(str(row.get(wanted.label))), top, number, language
                )
            ),
        )
        for row in rows
    )


def both_times(
    field: FieldDefinition,
    name: str,
    row: Values,
    earlier: Values | None,
    top: float,
    number: int,
    language: str,
) -> list[BarView]:
    label = label_in(field.label, language)
    found = [bar_of(label, row.get(name), field.unit, top, number)]
    if earlier is not None:
        before = _("%(label)s, before") % {"label": label}
        found.append(bar_of(before, earlier.get(name), field.unit, top, number, before=True))
    return [bar for bar in found if bar is not None]


def bar_of(
    label: str, value: object, unit: str, top: float, number: int, *, before: bool = False
) -> BarView | None:
    figure = number_in(value)
    if figure is None:
        return None
    width = min(max(figure, 0.0), top) / top * WIDEST
    return BarView(label, with_unit(value, unit), f"{width:.1f}", number, before)


def rest_of(value: object) -> BarsView:
    """What is left of the whole; nothing when it is not known."""
    label = _("What is left for me")
    bar = bar_of(label, value, "%", WHOLE, 2)
    return BarsView(label, (bar,) if bar else ())


def days_of(
    wanted: Picture, field: FieldDefinition, rows: Sequence[Values], language: str
) -> tuple[DayView, ...]:
    """The rows by day, each a line of its other figures; days without any are left out."""
    inside = {each.name: each for each in field.fields}
    by_day: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for row in rows:
        when, at = row.get(wanted.values[0]), row.get(wanted.values[1])
        words = [
            in_cell(inside[name], row.get(name), language) for name in (*wanted.values[1:], wanted.label)
        ]
        line = " ".join(word for word in words if word != "–")
        by_day.setdefault(day_key(inside[wanted.values[0]], when, language), []).append((str(at), line))
    return tuple(
        DayView(name, tuple(line for _at, line in sorted(lines)))
        for (_order, name), lines in sorted(by_day.items())
    )


def day_key(field: FieldDefinition, value: object, language: str) -> tuple[str, str]:
    """What sorts a day, and its name: a weekday that was chosen, or the date of a moment."""
    moment = moment_in(value)
    day = moment.date() if moment is not None else day_in(value)
    if day is not None:
        clock = f" {moment:%H:%M}" if moment is not None else ""
        return (f"{value}", date_format(day, "l j F") + clock)
    return (str(value), in_cell(field, value, language))
