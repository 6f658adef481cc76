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
    words = {"change": _("%(label)s: from %(first)s to %(last)s"), "one": _("%(label)s: %(last)s")}
    pictures = tuple(
        chart(f"{prefix}{definition.id}-{number}", group, days, words)
        for number, group in enumerate(grouped(tracks_of(fields, values, scopes, language)))
    )
    week = value_views(definition, derive(definition, entries, now=now, context=context), language)
    return SeriesView(label_in(definition.name, language), columns, rows, pictures, week)


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
            label_in(each.label, language), each.unit, [figure(scope.values[each.name]) for scope in scopes]
        )
        for each in drawn
    ]


def figure(value: object) -> float | None:
    short = plain(value)
    return float(short) if isinstance(short, int | float) and not isinstance(short, bool) else None
