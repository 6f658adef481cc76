"""A module as a booklet to print or read through: its steps in order, and under each exercise what was written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from ikbt.treatments.models import Treatment, WorksheetEntry
from ikbt.treatments.pages.homework import hidden_from_her, without_hidden
from ikbt.treatments.pages.linked import links_of
from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.showing import EntryView, entry_view
from programs.exercises.words import label_in
from programs.models import FrozenModule
from programs.rendering import DrawnStep, exercise_definition
from programs.rendering import step as draw_step


@dataclass(frozen=True)
class Written:
    """One entry to read; `handed_in_at` is None for a draft."""

    view: EntryView
    handed_in_at: datetime | None
    saved_at: datetime


@dataclass(frozen=True)
class BookletStep:
    """One step; `questions` are the exercise's fields, to be answered on paper where nothing is written."""

    drawn: DrawnStep
    title: str
    entries: Sequence[Written]
    questions: Sequence[str]


def booklet(treatment: Treatment, module: FrozenModule, *, at: datetime, drafts: bool) -> dict[str, object]:
    """Context of treatments/_booklet.html: the steps she sees; without `drafts` only what was handed in."""
    language = treatment.version.outline.get("language", "sv")
    rows = WorksheetEntry.objects.filter(treatment=treatment, module_key=module.key)
    if not drafts:
        rows = rows.filter(state=WorksheetEntry.State.HANDED_IN)
    entries: dict[str, list[WorksheetEntry]] = {}
    for entry in rows.order_by("created_at", "id"):
        entries.setdefault(entry.step_key, []).append(entry)
    hidden = hidden_from_her(treatment, module) - entries.keys()
    steps = [
        _step(treatment, module, key, entries.get(key, []), hidden=hidden, language=language, at=at)
        for key in (step["key"] for step in module.document["steps"])
        if key not in hidden
    ]
    return {"module": module.document, "language": language, "steps": steps, "printed_at": at}


def _step(
    treatment: Treatment,
    module: FrozenModule,
    key: str,
    entries: Sequence[WorksheetEntry],
    *,
    hidden: Collection[str],
    language: str,
    at: datetime,
) -> BookletStep:
    drawn = without_hidden(draw_step(module, key), hidden)
    definition = exercise_definition(module, drawn)
    if definition is None or drawn.exercise is None:
        return BookletStep(drawn, "", (), ())
    only = drawn.exercise.get("fields")
    written = _written(treatment, definition, entries, only, language=language, at=at)
    questions = [label_in(field.label, language) for field in definition.asked(only)]
    return BookletStep(drawn, label_in(definition.name, language), written, questions)


def _written(
    treatment: Treatment,
    definition: ExerciseDefinition,
    entries: Sequence[WorksheetEntry],
    only: list[str] | None,
    *,
    language: str,
    at: datetime,
) -> list[Written]:
    if not entries:
        return []
    context = links_of(definition, treatment, at=at).context
    return [
        Written(
            entry_view(definition, entry.values, language=language, now=at, only=only, context=context),
            entry.handed_in_at,
            entry.saved_at,
        )
        for entry in entries
    ]
