"""The exercise of a step: its definition, the entries so far, and the one entry that the form is about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from ikbt.common import clock
from ikbt.treatments.access import MyModule
from ikbt.treatments.forms import first_key
from ikbt.treatments.models import WorksheetEntry
from ikbt.treatments.pages.linked import Links
from ikbt.treatments.saving import Place, unfinished
from programs.exercises.beginning import begun
from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.drawing import FormView, form_view
from programs.exercises.problems import Problem
from programs.exercises.showing import EntryView, entry_view
from programs.rendering import DrawnStep, exercise_definition

Values = dict[str, object]
# What a page asks for that wants an empty form.
NEW = "ny"


@dataclass(frozen=True)
class Exercise:
    """An exercise block of a step. `only` are the fields it asks, None for all; `steps` hold its entries."""

    definition: ExerciseDefinition
    block: dict[str, Any]
    place: Place
    steps: tuple[str, ...]
    language: str

    @property
    def only(self) -> list[str] | None:
        fields: list[str] | None = self.block.get("fields")
        return fields


@dataclass(frozen=True)
class Work:
    """What the form holds: a new entry, a draft, or a change to handed-in work."""

    values: Mapping[str, object]
    client_key: UUID
    revision: int
    entry: WorksheetEntry | None = None
    problems: Sequence[Problem] = ()
    # What stood in the entry when this page saved from an older one.
    other: Mapping[str, object] | None = None
    focus: str = ""

    @property
    def changes_handed_in(self) -> bool:
        return self.entry is not None and self.entry.state == WorksheetEntry.State.HANDED_IN


@dataclass(frozen=True)
class Shown:
    """An entry to read."""

    entry: WorksheetEntry
    view: EntryView
    # Entries of the step that this one continues are read here and changed there.
    changeable: bool


def exercise_of(my: MyModule, step: DrawnStep) -> Exercise | None:
    """The step's exercise, or None; the definition is the one that the version froze."""
    definition = exercise_definition(my.module, step)
    if definition is None or step.exercise is None:
        return None
    place = Place(my.module.key, step.key, definition.id, definition.content_hash)
    steps = tuple(key for key in (step.key, step.exercise.get("continues")) if key)
    return Exercise(
        definition, step.exercise, place, steps, my.treatment.version.outline.get("language", "sv")
    )


def entries_of(my: MyModule, exercise: Exercise) -> list[WorksheetEntry]:
    """Entries of the step and of the one it continues, newest first; one query."""
    found = WorksheetEntry.objects.filter(treatment=my.treatment, step_key__in=exercise.steps)
    if not my.sees_drafts:
        found = found.filter(state=WorksheetEntry.State.HANDED_IN)
    return list(found.order_by("-created_at", "-id"))


def work_on(
    my: MyModule,
    exercise: Exercise,
    entries: Sequence[WorksheetEntry],
    wanted: str,
    *,
    day: date | None = None,
) -> Work | None:
    """What the form is about: the entry asked for, else the newest draft, else a new one.

    None when what the step asks for is handed in. `wanted` is an entry's id, or NEW for a new one; `day` is a day that
    was missed, which a new one is about.
    """
    wanted = NEW if day is not None else wanted
    own = [entry for entry in entries if entry.step_key == exercise.place.step_key]
    standing = standing_work(own, wanted)
    if standing is not None:
        return standing
    if exercise.definition.repeatable and (wanted == NEW or wants_more(exercise, own)):
        return Work({**carried_over(exercise, entries), **filled_in(exercise, entries, day)}, uuid4(), 0)
    if own:
        return None
    # Done once: two tabs share the key, so that the second is told and does not make another.
    key = first_key(my.treatment, exercise.place.step_key)
    return Work(carried_over(exercise, entries), key, 0)


def standing_work(own: Sequence[WorksheetEntry], wanted: str) -> Work | None:
    """The entry asked for, else the newest draft unless a new one is asked for."""
    for entry in own:
        if str(entry.pk) == wanted:
            return work_from(entry)
    drafts = [entry for entry in own if entry.state == WorksheetEntry.State.DRAFT]
    return work_from(drafts[0]) if drafts and wanted != NEW else None


def wants_more(exercise: Exercise, own: Sequence[WorksheetEntry]) -> bool:
    """A diary always has room for one more; other exercises until there are as many as the step asks for."""
    if exercise.definition.dated_by is not None or exercise.definition.layout.quick:
        return True
    return len(own) < max(exercise.block.get("required_count") or 0, 1)


def carried_over(exercise: Exercise, entries: Sequence[WorksheetEntry]) -> Values:
    """A plan that is taken up again begins with what it said at the step it continues; a log begins empty."""
    if exercise.definition.repeatable and not exercise.definition.cadence.startswith("once"):
        return {}
    before = (
        entry
        for entry in entries
        if entry.step_key != exercise.place.step_key and entry.state == WorksheetEntry.State.HANDED_IN
    )
    newest = next(before, None)
    return dict(newest.values) if newest is not None else {}


def filled_in(exercise: Exercise, entries: Sequence[WorksheetEntry], day: date | None) -> Values:
    """What a new entry begins with: today, now, and what the newest one said where that is the same every day."""
    return begun(
        exercise.definition,
        now=clock.now(),
        only=exercise.only,
        before=next(iter(handed_in_values(entries)), None),
        day=day,
    )


def handed_in_values(entries: Sequence[WorksheetEntry]) -> list[Mapping[str, object]]:
    """What was handed in, the newest first."""
    return [
        entry.values
        for entry in entries
        if entry.state == WorksheetEntry.State.HANDED_IN and isinstance(entry.values, Mapping)
    ]


def work_from(entry: WorksheetEntry) -> Work:
    """An entry as it was left: handed-in work with the change that was begun, if any."""
    begun = unfinished(entry) if entry.state == WorksheetEntry.State.HANDED_IN else None
    if begun is not None:
        return Work(begun.values, entry.client_key, begun.revision, entry)
    return Work(entry.values, entry.client_key, entry.revision, entry)


def form_of(exercise: Exercise, work: Work, links: Links, entries: Sequence[WorksheetEntry] = ()) -> FormView:
    """The form to draw; what she used last is offered first."""
    return form_view(
        exercise.definition,
        work.values,
        work.problems,
        language=exercise.language,
        only=exercise.only,
        choices=links.choices,
        focus=work.focus,
        earlier=handed_in_values(entries),
    )


def shown(
    exercise: Exercise,
    values: Mapping[str, object],
    *,
    at: datetime,
    links: Links | None = None,
    before: Mapping[str, object] | None = None,
) -> EntryView:
    """Answers to read; `before` is an earlier entry to compare with."""
    return entry_view(
        exercise.definition,
        values,
        language=exercise.language,
        now=at,
        only=exercise.only,
        context=links.context if links else None,
        before=before,
    )


def compared_with(
    exercise: Exercise, entries: Sequence[WorksheetEntry], place: int
) -> Mapping[str, object] | None:
    """The first one that was handed in, beside a plan that is taken up again; a diary is compared over time instead."""
    if not entries[place + 1 :] or exercise.definition.dated_by is not None:
        return None
    return next(iter(handed_in_values(entries[place + 1 :])[::-1]), None)


def shown_entries(
    exercise: Exercise, entries: Sequence[WorksheetEntry], work: Work | None, links: Links, *, at: datetime
) -> list[Shown]:
    """The entries to read, less the draft that is in the form."""
    in_form = (
        work.entry.pk if work is not None and work.entry is not None and not work.changes_handed_in else None
    )
    return [
        Shown(
            entry,
            shown(
                exercise,
                entry.values,
                at=at,
                links=links,
                before=compared_with(exercise, entries, place),
            ),
            entry.step_key == exercise.place.step_key,
        )
        for place, entry in enumerate(entries)
        if entry.pk != in_form
    ]
