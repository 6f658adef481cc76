"""The patient's handed-in work as the therapist reads it; decides that a draft is never among it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ikbt.common.clock import STOCKHOLM
from ikbt.treatments.models import Treatment, WorksheetEntry
from ikbt.treatments.reading import written_in
from programs.exercises.charting import ChartView
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition, definition_from, load_all
from programs.exercises.over_time import series_view
from programs.exercises.showing import DASH, EntryView, ValueView, day_in_cell, entry_view, in_cell
from programs.exercises.words import label_in
from programs.models import FrozenModule

REFLECTION = "module_reflection"
SAFETY_PLAN = "safety_plan"


@dataclass(frozen=True)
class ReadEntry:
    """One entry with when it was handed in."""

    view: EntryView
    handed_in_at: datetime


@dataclass(frozen=True)
class LogTable:
    """Many short entries beside each other, newest first; texts included."""

    columns: list[str]
    rows: list[list[str]]
    charts: Sequence[ChartView]
    derived: Sequence[ValueView]


@dataclass(frozen=True)
class StepWork:
    """All handed-in entries of one step: as a table when they are many and short, else one by one,
    newest first.
    """

    step_key: str
    title: str
    module_key: str
    module_title: str
    newest_at: datetime
    count: int
    table: LogTable | None
    entries: list[ReadEntry]
    is_reflection: bool
    exercise: str


def handed_in(treatment: Treatment, *, exercise: str = "") -> list[WorksheetEntry]:
    """Handed-in entries, of one exercise or of all, newest first; the only place where the desk reads entries."""
    rows = WorksheetEntry.objects.filter(treatment=treatment, state=WorksheetEntry.State.HANDED_IN)
    if exercise:
        rows = rows.filter(exercise=exercise)
    return list(rows.order_by("-handed_in_at", "id"))


def work_by_step(
    entries: Sequence[WorksheetEntry], modules: Iterable[FrozenModule], *, language: str, at: datetime
) -> list[StepWork]:
    """Entries (newest first) grouped by step, the step with the newest entry first."""
    read: dict[str, list[FrozenModule]] = {}
    for module in modules:
        read.setdefault(module.key, []).append(module)
    groups: dict[tuple[str, str, str], list[WorksheetEntry]] = {}
    for entry in entries:
        # One who was moved to another version may have answered a step by two definitions: each is drawn by its own.
        moved = len(read.get(entry.module_key, ())) > 1
        by = entry.definition_hash if moved else ""
        groups.setdefault((entry.module_key, entry.step_key, by), []).append(entry)
    return [
        _step_work(written_in(group[0], read.get(key, ())), group, language=language, at=at)
        for (key, _step, _by), group in groups.items()
    ]


def repeated(entries: Iterable[WorksheetEntry]) -> frozenset[str]:
    """Exercises with more than one entry: there is something to lay side by side."""
    counted = Counter(entry.exercise for entry in entries)
    return frozenset(exercise for exercise, number in counted.items() if number > 1)


def reflections_first(work: Iterable[StepWork], steps: Sequence[Mapping[str, Any]]) -> list[StepWork]:
    """For feedback: what she wrote when she handed the module in, then the exercises in the module's
    order.
    """
    places = {step["key"]: place for place, step in enumerate(steps)}
    return sorted(work, key=lambda one: (not one.is_reflection, places.get(one.step_key, len(places))))


def question_to_therapist(entries: Iterable[WorksheetEntry]) -> str:
    """What she asks in the reflection she handed the module in with; "" when she asks nothing."""
    newest = next((entry for entry in entries if entry.exercise == REFLECTION), None)
    asked = newest.values.get("question") if newest and isinstance(newest.values, Mapping) else ""
    return asked.strip() if isinstance(asked, str) else ""


def safety_plan(entries: Iterable[WorksheetEntry], *, language: str, at: datetime) -> ReadEntry | None:
    """The newest safety plan, None when she has made none."""
    newest = next((entry for entry in entries if entry.exercise == SAFETY_PLAN), None)
    return _read(newest, load_all()[SAFETY_PLAN], None, language=language, at=at) if newest else None


def _step_work(
    module: FrozenModule | None, group: Sequence[WorksheetEntry], *, language: str, at: datetime
) -> StepWork:
    newest = group[0]
    definition = exercise_in(module, newest.exercise)
    step = step_in(module, newest.step_key)
    only = fields_asked(step)
    as_table = len(group) > 1 and _fits_table(definition, only)
    return StepWork(
        step_key=newest.step_key,
        title=_title(step, definition, language),
        module_key=newest.module_key,
        module_title=str(module.document["title"]) if module else "",
        newest_at=newest.handed_in_at or newest.saved_at,
        count=len(group),
        table=_table(definition, group, only, language=language, at=at) if as_table else None,
        entries=[] if as_table else [_read(one, definition, only, language=language, at=at) for one in group],
        is_reflection=newest.exercise == REFLECTION,
        exercise=newest.exercise,
    )


def _title(step: Mapping[str, Any], definition: ExerciseDefinition, language: str) -> str:
    # The reflection's step is titled as what the patient does there: hand the module in.
    if definition.id == REFLECTION:
        return _("The patient's summary")
    return str(step.get("title") or label_in(definition.name, language))


def _fits_table(definition: ExerciseDefinition, only: list[str] | None) -> bool:
    # One entry a day is a diary: its small lists (naps) fit a cell, and the week is what one reads.
    flat = all(field.type != "list" for field in definition.asked(only))
    return definition.repeatable and (flat or definition.one_per_date)


def exercise_in(module: FrozenModule | None, exercise: str) -> ExerciseDefinition:
    """The exercise as the version that she answered words it."""
    # The copy that the version carries is what she answered; a plan made outside a module follows the
    # shipped one.
    carried = module.definitions.get(exercise) if module else None
    return definition_from(carried) if carried else load_all()[exercise]


def step_in(module: FrozenModule | None, key: str) -> Mapping[str, Any]:
    """A step of a module; empty when it has none with this key."""
    steps = module.document["steps"] if module else []
    return next((step for step in steps if step["key"] == key), {})


def fields_asked(step: Mapping[str, Any]) -> list[str] | None:
    """The fields that a step asks; None: all of them."""
    blocks: list[dict[str, Any]] = step.get("blocks", [])
    exercise = next((block for block in blocks if block["type"] == "exercise"), {})
    found: list[str] | None = exercise.get("fields")
    return found


def _read(
    entry: WorksheetEntry,
    definition: ExerciseDefinition,
    only: list[str] | None,
    *,
    language: str,
    at: datetime,
) -> ReadEntry:
    view = entry_view(definition, values_of(entry), language=language, now=at, only=only)
    # What was left out takes no room at the desk; the patient's own page shows it as a dash.
    filled = tuple(answer for answer in view.answers if not answer.missing)
    known = tuple(value for value in view.derived if not value.missing)
    return ReadEntry(replace(view, answers=filled, derived=known), entry.handed_in_at or entry.saved_at)


def _table(
    definition: ExerciseDefinition,
    group: Sequence[WorksheetEntry],
    only: list[str] | None,
    *,
    language: str,
    at: datetime,
) -> LogTable:
    """Every field that somebody filled in is a column."""
    values = [values_of(entry) for entry in group]
    fields = [
        field
        for field in definition.asked(only)
        if any(cell_text(field, one, language) != DASH for one in values)
    ]
    series = series_view(definition, values, language=language, now=at, prefix=f"{group[0].step_key}-")
    return LogTable(
        columns=[*(label_in(field.label, language) for field in fields), _("Handed in")],
        rows=[
            [*(cell_text(field, one, language) for field in fields), _day(entry)]
            for entry, one in zip(group, values, strict=True)
        ],
        charts=series.charts,
        derived=[value for value in series.derived if not value.missing],
    )


def cell_text(field: FieldDefinition, values: Mapping[str, object], language: str) -> str:
    """A value as a cell holds it; a list's rows one after the other."""
    value = values.get(field.name)
    if field.type != "list":
        return in_cell(field, value, language)
    rows = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list) else []
    texts = (" ".join(cell_text(inner, row, language) for inner in field.fields) for row in rows)
    return "; ".join(texts) or DASH


def values_of(entry: WorksheetEntry) -> dict[str, object]:
    """What was answered, with when the entry was made."""
    stored = entry.values if isinstance(entry.values, Mapping) else {}
    return {**stored, "created": entry.created_at}


def _day(entry: WorksheetEntry) -> str:
    moment = entry.handed_in_at or entry.saved_at
    return day_in_cell(moment.astimezone(STOCKHOLM))
