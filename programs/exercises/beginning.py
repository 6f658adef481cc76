"""Decides what a new entry begins with, so that a diary takes seconds: now, part of the day, what was said last."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition

# From which hour each part of a day is meant; before the first it is still night.
PARTS_OF_DAY = ((5, "morning"), (10, "midday"), (14, "afternoon"), (18, "evening"), (23, "night"))
MINUTES = 5


def begun(
    definition: ExerciseDefinition,
    *,
    now: datetime,
    only: Collection[str] | None = None,
    before: Mapping[str, object] | None = None,
    day: date | None = None,
) -> dict[str, object]:
    """What stands in an empty form, of the fields that the step asks; `before` is the newest entry."""
    local = now.astimezone(STOCKHOLM)
    found = {
        field.name: start_of(field, definition, local, before or {}, day) for field in definition.asked(only)
    }
    return {name: value for name, value in found.items() if value is not None}


def start_of(
    field: FieldDefinition,
    definition: ExerciseDefinition,
    local: datetime,
    before: Mapping[str, object],
    day: date | None,
) -> object:
    # A diary by the day begins with today, whether its definition says so or not.
    if field.type == "date" and definition.dated_by is field:
        return (day or local.date()).isoformat()
    if field.default == "previous":
        return before.get(field.name)
    if field.default == "part_of_day":
        part = part_of_day(local.hour)
        return part if any(option.value == part for option in field.options) else None
    return moment(field, local) if field.default == "now" else None


def moment(field: FieldDefinition, local: datetime) -> object:
    """Now, to the five minutes before: nobody knows it better."""
    rounded = local - timedelta(minutes=local.minute % MINUTES)
    written = {"date": "%Y-%m-%d", "time": "%H:%M", "datetime": "%Y-%m-%dT%H:%M"}
    return rounded.strftime(written[field.type]) if field.type in written else None


def part_of_day(hour: int) -> str:
    begun_parts = [name for start, name in PARTS_OF_DAY if hour >= start]
    return begun_parts[-1] if begun_parts else "night"
