"""How many minutes a step takes: reading at 180 words a minute, what is paced, one entry of its exercise."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.minutes import minutes_to_fill
from programs.reading_level import reading_minutes, running_text, word_count


def minutes_of(step: Mapping[str, Any], definitions: Mapping[str, ExerciseDefinition]) -> int:
    """Whole minutes, at least 1; an exercise that isn't among the definitions counts as none."""
    reading = reading_minutes(word_count(running_text(step)))
    filling = sum(
        minutes_to_fill(definitions[block["exercise"]], block["fields"])
        for block in step["blocks"]
        if block["type"] == "exercise" and block["exercise"] in definitions
    )
    return max(1, reading + filling + _paced(step))


def _paced(step: Mapping[str, Any]) -> int:
    blocks = (block for block in step["blocks"] if block["type"] == "pacing")
    seconds: int = sum(line["seconds"] for block in blocks for line in block["lines"])
    return math.ceil(seconds / 60)
