"""What an exercise takes from others of hers: values for formulas, texts that fields refer to, her weeks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ikbt.common.clock import local_date
from ikbt.treatments.models import SleepWindow, Treatment, WorksheetEntry
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition, load_all
from programs.exercises.derived import gather_context
from programs.exercises.over_time import SeriesView, series_view

# Fewer than this is no series.
LEAST = 2
# What formulas call the hours in bed: only a window that a therapist has decided counts, never a plan of her own.
WINDOW = "window"
Series = Mapping[str, Sequence[Mapping[str, object]]]


@dataclass(frozen=True)
class Links:
    """Values by the names that formulas use, and the texts to choose among by field."""

    context: Mapping[str, object] = field(default_factory=dict)
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def links_of(definition: ExerciseDefinition, treatment: Treatment, *, at: datetime) -> Links:
    """One query where the definition names another exercise, else none."""
    references = references_in(definition)
    sources = [*definition.context.values(), *references.values()]
    if not sources:
        return Links()
    rows = WorksheetEntry.objects.filter(
        treatment=treatment,
        exercise__in={source.partition(".")[0] for source in sources},
        state=WorksheetEntry.State.HANDED_IN,
    )
    series: dict[str, list[Mapping[str, object]]] = {}
    for entry in rows.order_by("created_at", "id"):
        series.setdefault(entry.exercise, []).append(with_moment(entry))
    context = gather_context(definition, load_all(), series, now=at)
    if WINDOW in context:
        context[WINDOW] = decided_window(treatment, at=at)
    return Links(
        context=context,
        choices={name: texts_in(series, source) for name, source in references.items()},
    )


def decided_window(treatment: Treatment, *, at: datetime) -> dict[str, str | None]:
    """The hours in bed that hold today."""
    found = SleepWindow.objects.filter(treatment=treatment).holding(local_date(at))
    return {"bed": found.bed_at if found else None, "rise": found.rise_at if found else None}


def references_in(definition: ExerciseDefinition) -> dict[str, str]:
    """Fields that refer to another exercise, also inside rows: name to "exercise.list"."""
    every: list[FieldDefinition] = [
        *definition.fields,
        *(each for row in definition.fields for each in row.fields),
    ]
    return {each.name: each.source for each in every if each.type == "ref"}


def texts_in(series: Series, source: str) -> list[str]:
    """What the newest entry's rows are called: the first text of each."""
    exercise, _, wanted = source.partition(".")
    entries = series.get(exercise, ())
    rows = entries[-1].get(wanted) if entries else None
    found = []
    for row in rows if isinstance(rows, list) else ():
        texts = (value for value in row.values() if isinstance(value, str) and value.strip())
        found.append(next(texts, ""))
    return [text for text in found if text]


def with_moment(entry: WorksheetEntry) -> dict[str, object]:
    """The answers with the moment the entry was begun, which places it in time."""
    return {**entry.values, "created": entry.created_at}


def weeks_of(
    definition: ExerciseDefinition,
    entries: Sequence[WorksheetEntry],
    links: Links,
    *,
    language: str,
    at: datetime,
) -> SeriesView | None:
    """Handed-in entries over time; None where there are too few, or the exercise is done once."""
    handed_in = [entry for entry in entries if entry.state == WorksheetEntry.State.HANDED_IN]
    if not definition.repeatable or len(handed_in) < LEAST:
        return None
    rows = [with_moment(entry) for entry in handed_in]
    return series_view(definition, rows, language=language, now=at, context=links.context)
