"""One exercise's entries side by side: decides which weeks are shown, what is a row, and what counts as unfinished."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from ikbt.common.clock import local_date, week_of
from ikbt.treatments.models import Treatment, WorksheetEntry
from ikbt.treatments.reading import modules_read, written_in
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition
from programs.exercises.derived import derive_entry, entry_scope, given_scope
from programs.exercises.showing import DASH, ValueView, day_in_cell, for_reading, value_views
from programs.exercises.validation import check
from programs.exercises.words import label_in
from therapist.work import cell_text, exercise_in, fields_asked, step_in, values_of

# Weeks that have entries, the newest first; None: all of them.
PERIODS: Mapping[str, int | None] = {"2": 2, "4": 4, "8": 8, "alla": None}
USUAL = "4"
# More columns than that are nothing that anybody compares, and a page that takes long to draw.
MOST_COLUMNS = 100


@dataclass(frozen=True)
class Told:
    """One entry: the day it is about, and its cells by the key of their row."""

    day: date
    week: int
    handed_in_at: datetime
    is_unfinished: bool
    cells: Mapping[str, str]
    # Rows in the exercise's order: key to label; those that are computed apart.
    labels: Mapping[str, str]
    computed: frozenset[str] = field(default_factory=frozenset)

    @property
    def day_text(self) -> str:
        """The day in few signs."""
        return day_in_cell(self.day)


@dataclass(frozen=True)
class Week:
    """A week of the treatment and how many columns stand below it."""

    words: str
    columns: int


@dataclass(frozen=True)
class Row:
    """One field through all entries."""

    label: str
    cells: list[str]
    is_computed: bool


def side_by_side(
    treatment: Treatment, entries: Sequence[WorksheetEntry], *, period: str, language: str, at: datetime
) -> dict[str, Any]:
    """Context of therapist/side_by_side.html, the newest entry first; one query, for the modules."""
    chosen = period if period in PERIODS else USUAL
    told, title = _read(treatment, entries, language=language, at=at)
    weeks = list(dict.fromkeys(one.week for one in told))[: PERIODS[chosen]]
    within = [one for one in told if one.week in weeks]
    shown = within[:MOST_COLUMNS]
    return {
        "title": title,
        "weeks": [
            Week(_week_in_words(number), len(list(group)))
            for number, group in groupby(shown, lambda one: one.week)
        ],
        "columns": shown,
        "rows": _rows(shown),
        "left_out": len(told) - len(shown),
        "has_unfinished": any(one.is_unfinished for one in shown),
        "periods": [(key, _period_in_words(number), key == chosen) for key, number in PERIODS.items()],
    }


def _read(
    treatment: Treatment, entries: Sequence[WorksheetEntry], *, language: str, at: datetime
) -> tuple[list[Told], str]:
    modules = modules_read(treatment, {entry.module_key for entry in entries})
    found, title = [], ""
    for entry in entries:
        module = written_in(entry, modules)
        definition = exercise_in(module, entry.exercise)
        only = fields_asked(step_in(module, entry.step_key))
        title = title or label_in(definition.name, language)
        found.append(_told(treatment, entry, definition, only, language=language, at=at))
    return sorted(found, key=lambda one: (one.day, one.handed_in_at), reverse=True), title


def _told(
    treatment: Treatment,
    entry: WorksheetEntry,
    definition: ExerciseDefinition,
    only: list[str] | None,
    *,
    language: str,
    at: datetime,
) -> Told:
    values, handed_in_at = values_of(entry), entry.handed_in_at or entry.saved_at
    day = entry_scope(definition, values, given_scope(definition, None, at)).day or local_date(handed_in_at)
    fields = _fields(definition, only)
    views = value_views(definition, for_reading(derive_entry(definition, values, now=at), only), language)
    computed = {f"={one.label}": one for one in views}
    problems = check(definition, values, only=only, complete=True)
    return Told(
        day=day,
        week=week_of(treatment.starts_on, day),
        handed_in_at=handed_in_at,
        is_unfinished=any(problem.blocks for problem in problems),
        cells={one.name: cell_text(one, values, language) for one in fields}
        | {key: _value(one) for key, one in computed.items()},
        labels={one.name: label_in(one.label, language) for one in fields}
        | {key: one.label for key, one in computed.items()},
        computed=frozenset(computed),
    )


def _fields(definition: ExerciseDefinition, only: list[str] | None) -> list[FieldDefinition]:
    """Those that the step asks, less the day, which heads the column."""
    return [one for one in definition.asked(only) if one is not definition.dated_by]


def _value(value: ValueView) -> str:
    return "; ".join(f"{name} {text}" for name, text in value.parts) if value.parts else value.text


def _rows(shown: Sequence[Told]) -> list[Row]:
    """Every field that somebody filled in, as the newest entry that has it words it; what is computed comes last."""
    # The newest comes first, and what is put in last stands.
    labels = dict(item for one in reversed(shown) for item in one.labels.items())
    computed = frozenset[str]().union(*(one.computed for one in shown))
    order = dict.fromkeys(key for one in shown for key in one.labels)
    rows = [Row(labels[key], [one.cells.get(key, DASH) for one in shown], key in computed) for key in order]
    filled = [row for row in rows if set(row.cells) != {DASH}]
    return sorted(filled, key=lambda row: row.is_computed)


def _week_in_words(number: int) -> str:
    return _("Week %(week)d") % {"week": number} if number > 0 else _("Before the start")


def _period_in_words(number: int | None) -> str:
    return _("%(n)d weeks") % {"n": number} if number else _("All weeks")
