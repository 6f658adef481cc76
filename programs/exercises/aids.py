"""Decides what helps a thumb: figures to choose by one tap, plus and minus, texts and choices used last first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from programs.exercises.definitions import FieldDefinition

MOST_SUGGESTIONS = 4
# A longer text is no button.
LONGEST_SUGGESTION = 60
TENTHS = 10
MINUTES_OF_TIME = 15
STEPS = {"duration_min": 5, "integer": 1, "time": MINUTES_OF_TIME}

Earlier = Sequence[Mapping[str, object]]


def chips_of(field: FieldDefinition, *, quick: bool) -> tuple[int, ...]:
    """The definition's own; else tenths of a long scale where an entry is to be quick."""
    if field.chips or not quick or field.type != "scale":
        return field.chips
    low, high = field.min or 0, field.max or 0
    points = (high - low) // (field.step or 1)
    return tuple(range(low, high + 1, (high - low) // TENTHS)) if points > TENTHS else ()


def stepper_of(field: FieldDefinition) -> int:
    """By how much plus and minus go; 0 where there are none."""
    if field.type == "scale":
        return field.step or 1
    return STEPS.get(field.type, 0)


def suggestions_for(field: FieldDefinition, earlier: Earlier) -> tuple[str, ...]:
    """Her own short texts, the last used first."""
    if field.type != "text":
        return ()
    texts = (entry.get(field.name) for entry in earlier)
    fit = [
        text.strip()
        for text in texts
        if isinstance(text, str) and 0 < len(text.strip()) <= LONGEST_SUGGESTION
    ]
    return tuple(dict.fromkeys(fit))[:MOST_SUGGESTIONS]


def last_used_first(field: FieldDefinition, earlier: Earlier) -> list[str]:
    """The values of a choice in the order to offer them; one that the clock fills in keeps its order."""
    values = [option.value for option in field.options]
    if field.type != "choice" or field.default:
        return values
    used = [value for entry in earlier if isinstance(value := entry.get(field.name), str) and value in values]
    return list(dict.fromkeys([*used, *values]))
