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
from programs.exercises.showing import DASH, ValueView, day_in_words, in_words, simple, value_views, words_for
from programs.exercises.values import plain
from programs.exercises.weekly import weekly_values, weeks_of
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


@dataclass(frozen=True)
class WeeksView:
    """Values week by week: a table headed by the week's last day, and its pictures."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    charts: tuple[ChartView, ...]


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
    fields = [each for each in definition.fields if each.type in IN_TABLE]
    values = [
        each for each in definition.derived if each.scope == "entry" and each.unit not in ("list", "text")
    ]
    days = [day_in_words(scope.day) or DASH for scope in scopes]
    rows = tuple(
        (
            day,
            *(in_words(each, plain(scope.values[each.name]), language) for each in fields),
            *(cell(definition, each, scope, language) for each in values),
        )
        for day, scope in zip(days, scopes, strict=True)
    )
    columns = (_("Day"), *labels_of(fields, language), *labels_of(values, language))
    pictures = tuple(
        chart(f"{prefix}{definition.id}-{number}", group, days, sentences())
        for number, group in enumerate(grouped(tracks_of(fields, values, scopes, language)))
    )
    week = value_views(definition, derive(definition, entries, now=now, context=context), language)
    weeks = weeks_view(definition, entries, language=language, now=now, prefix=prefix)
    return SeriesView(label_in(definition.name, language), columns, rows, pictures, week, weeks)


def weeks_view(
    definition: ExerciseDefinition,
    entries: Sequence[Mapping[str, object]],
    *,
    language: str,
    now: datetime,
    prefix: str = "",
) -> WeeksView | None:
    """The weeks so far, or None before there are two to compare or where the exercise has no weekly
    figures."""
    weeks = weeks_of(definition, entries, now=now)
    figures = [each for each in weekly_values(definition) if each.unit not in NOT_FIGURES]
    # A mean for each kind of activity is a picture of its own; it is among the week's values.
    plain_ones = [each for each in figures if " by " not in each.formula]
    if len(weeks) < 2 or not plain_ones:
        return None
    values = [{each.name: each.value for each in week.values} for week in weeks]
    days = [day_in_words(week.last_day) for week in weeks]
    rows = tuple(
        (day, *(simple(week[each.name], each.unit, {}) for each in plain_ones))
        for day, week in zip(days, values, strict=True)
    )
    tracks = [
        Track(label_in(each.label, language), each.unit, [as_float(week[each.name]) for week in values])
        for each in plain_ones
    ]
    pictures = tuple(
        chart(f"{prefix}{definition.id}-week-{number}", group, days, sentences())
        for number, group in enumerate(grouped(tracks))
    )
    return WeeksView((_("Week that ended"), *labels_of(plain_ones, language)), rows, pictures)


def sentences() -> dict[str, str]:
    """What a picture says in words."""
    return {"change": _("%(label)s: from %(first)s to %(last)s"), "one": _("%(label)s: %(last)s")}


def labels_of(defined: Sequence[FieldDefinition | DerivedDefinition], language: str) -> list[str]:
    return [label_in(each.label, language) for each in defined]


def cell(definition: ExerciseDefinition, derived: DerivedDefinition, scope: Scope, language: str) -> str:
    value = plain(scope.values[derived.name])
    return simple(value, derived.unit, words_for(definition, derived, language))


def tracks_of(
    fields: Sequence[FieldDefinition],
    values: Sequence[DerivedDefinition],
    scopes: Sequence[Scope],
    language: str,
) -> list[Track]:
    drawn: list[FieldDefinition | DerivedDefinition] = [
        *(each for each in fields if each.type in DRAWN_TYPES),
        *(each for each in values if each.unit not in NOT_FIGURES),
    ]
    return [
        Track(
            label_in(each.label, language),
            each.unit,
            [as_float(plain(scope.values[each.name])) for scope in scopes],
        )
        for each in drawn
    ]


def as_float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
