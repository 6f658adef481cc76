"""Decides how long an exercise takes to fill in, from its fields; a step adds its reading time to this."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence

from programs.exercises.definitions import ExerciseDefinition, FieldDefinition

# Our own estimates, not measured on patients: a tap, a short typed value, a sentence or two, a paragraph.
SECONDS = {
    "bool": 5,
    "choice": 8,
    "multichoice": 15,
    "scale": 8,
    "integer": 10,
    "duration_min": 10,
    "date": 8,
    "time": 10,
    "datetime": 12,
    "ref": 10,
    "text": 30,
    "longtext": 150,
}


def minutes_to_fill(definition: ExerciseDefinition, only: Collection[str] | None = None) -> int:
    """Whole minutes, rounded up and at least 1, to fill in the fields a step asks once.

    Optional fields count half; a list counts its fewest rows (one at least).
    """
    return max(1, math.ceil(seconds_for(definition.asked(only)) / 60))


def seconds_for(fields: Sequence[FieldDefinition]) -> float:
    return sum(seconds_of(field) * (1 if field.required else 0.5) for field in fields)


def seconds_of(field: FieldDefinition) -> float:
    if field.type == "list":
        return max(1, field.min_items) * seconds_for(field.fields)
    return SECONDS[field.type]
