"""Decides how the entries of a series are shown together: a table of all of them, pictures of the figures,
the week."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from programs.exercises.charting import ChartView, Track, chart, grouped
from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition, FieldDefinition
from programs.exercises.derived import derive, entry_scope, given_scope, in_time
from programs.exercises.formula import Scope
from programs.exercises.nights import NightsView, nights_view
from programs.exercises.showing import ValueView, value_views
from programs.exercises.values import plain
from programs.exercises.weekly import WeekValues, weekly_values, weeks_of
from programs.exercises.wording import DASH, day_in_cell, day_in_words, in_cell, simple, words_for
from programs.exercises.words import label_in

# What fits a cell; texts and lists are read entry by entry.
IN_TABLE = frozenset({"scale", "integer", "duration_min", "choice", "bool", "time"})
DRAWN_TYPES = frozenset({"scale", "integer", "duration_min"})
TOO_LONG = frozenset({"list", "text"})
NOT_FIGURES = frozenset({"bool", "text", "list", "area", "time"})


@dataclass(frozen=True)
class SeriesView:
    """A series: `columns` head the table, the day first; `charts` show nothing that the table lacks."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    charts: tuple[ChartView, ...]
    derived: tuple[ValueView, ...]
    weeks: WeeksView | None = None
    nights: NightsView | None = None


@dataclass(frozen=True)
class WeeksView:
    """Values week by week: a table headed by the week's last day, and its pictures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    charts: tuple[ChartView, ...]


@dataclass(frozen=True)
class FigureColumn:
    """One column of a table: its cells in words, and its figures where it can be drawn."""

    label: str
    cells: tuple[str, ...]
    track: Track | None = None


def series_view(
    definition: ExerciseDefinition,
    entries: Sequence[Mapping[str, object]],
    *,
    language: str,
    now: datetime,
    context: Mapping[str, object] | None = None,
    prefix: str = "",
) -> SeriesView:
    """Handed-in entries over time, to draw with `programs/exercises/_series.html` as `series`.

    Entries carry `created` as for `derive`; they are put in order here. `prefix` keeps ids apart on a page
    of several.
    """
    given = given_scope(definition, context, now)
    scopes = in_time(definition, [entry_scope(definition, each, given) for each in entries])
    columns = [*field_columns(definition, scopes, language), *value_columns(definition, scopes, language)]
    days = [day_in_words(scope.day) or DASH for scope in scopes]
    return SeriesView(
        title=label_in(definition.name, language),
        columns=(_("Day"), *(each.label for each in columns)),
        rows=table_rows([day_in_cell(scope.day) or DASH for scope in scopes], columns),
        charts=pictures(f"{prefix}{definition.id}", columns, days),
        derived=value_views(definition, derive(definition, entries, now=now, context=context), language),
        weeks=weeks_view(definition, entries, language=language, now=now, prefix=prefix),
        nights=drawn_nights(definition, scopes, given),
    )


def drawn_nights(definition: ExerciseDefinition, scopes: Sequence[Scope], given: Scope) -> NightsView | None:
    """Where the exercise asks for a picture of nights."""
    if not any(each.kind == "nights" for each in definition.layout.pictures):
        return None
    window = given.find("window")
    return nights_view(scopes, window if isinstance(window, Mapping) else None)


def weeks_view(
    definition: ExerciseDefinition,
    entries: Sequence[Mapping[str, object]],
    *,
    language: str,
    now: datetime,
    prefix: str = "",
) -> WeeksView | None:
    """The weeks so far, or None before there are two to compare or where there are no weekly figures."""
    weeks = weeks_of(definition, entries, now=now)
    columns = week_columns(definition, weeks, language)
    if len(weeks) < 2 or not columns:
        return None
    days = [day_in_words(week.last_day) for week in weeks]
    return WeeksView(
        columns=(_("Week that ended"), *(each.label for each in columns)),
        rows=table_rows([day_in_cell(week.last_day) for week in weeks], columns),
        charts=pictures(f"{prefix}{definition.id}-week", columns, days),
    )


def table_rows(days: Sequence[str], columns: Sequence[FigureColumn]) -> tuple[tuple[str, ...], ...]:
    return tuple(zip(days, *(each.cells for each in columns), strict=True))


def pictures(name: str, columns: Sequence[FigureColumn], days: Sequence[str]) -> tuple[ChartView, ...]:
    words = {"change": _("%(label)s: from %(first)s to %(last)s"), "one": _("%(label)s: %(last)s")}
    groups = grouped([each.track for each in columns if each.track])
    return tuple(chart(f"{name}-{number}", group, days, words) for number, group in enumerate(groups))


def field_columns(
    definition: ExerciseDefinition, scopes: Sequence[Scope], language: str
) -> list[FigureColumn]:
    return [field_column(each, scopes, language) for each in definition.fields if each.type in IN_TABLE]


def field_column(field: FieldDefinition, scopes: Sequence[Scope], language: str) -> FigureColumn:
    label = label_in(field.label, language)
    values = [plain(scope.values[field.name]) for scope in scopes]
    cells = tuple(in_cell(field, value, language) for value in values)
    drawn = field.type in DRAWN_TYPES
    return FigureColumn(label, cells, track_of(label, field.unit, values) if drawn else None)


def value_columns(
    definition: ExerciseDefinition, scopes: Sequence[Scope], language: str
) -> list[FigureColumn]:
    return [
        value_column(
            each,
            [plain(scope.values[each.name]) for scope in scopes],
            words_for(definition, each, language),
            language,
        )
        for each in definition.derived
        if each.scope == "entry" and each.unit not in TOO_LONG
    ]


def week_columns(
    definition: ExerciseDefinition, weeks: Sequence[WeekValues], language: str
) -> list[FigureColumn]:
    """Plain figures only: a mean for each kind of activity stands among the week's values."""
    values = [{each.name: each.value for each in week.values} for week in weeks]
    return [
        value_column(each, [week[each.name] for week in values], {}, language)
        for each in weekly_values(definition)
        if each.unit not in NOT_FIGURES and " by " not in each.formula
    ]


def value_column(
    derived: DerivedDefinition, values: Sequence[object], names: Mapping[str, str], language: str
) -> FigureColumn:
    label = label_in(derived.label, language)
    cells = tuple(simple(value, derived.unit, names) for value in values)
    drawn = derived.unit not in NOT_FIGURES
    return FigureColumn(label, cells, track_of(label, derived.unit, values) if drawn else None)


def track_of(label: str, unit: str, values: Sequence[object]) -> Track:
    return Track(label, unit, [as_float(value) for value in values])


def as_float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
