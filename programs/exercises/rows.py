"""Decides what the buttons for rows do to a form: add, remove, move up and down, put in order; they submit it, so no
script is needed."""

from __future__ import annotations

import re
from collections.abc import Collection

from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.reading import FormData, posted, posted_rows, read_form

BUTTON = "rows"
COMMAND = re.compile(
    r"(?P<verb>add|remove|up|down|sort):(?P<field>[a-z0-9_]{1,60})(?::(?P<row>\d{1,6}))?", re.ASCII
)
# A list can grow past what hand-in allows, since drafts may hold anything, but not without end.
MOST_ROWS = 100

Row = tuple[int, dict[str, object]]


def command_in(data: FormData) -> re.Match[str] | None:
    raw = posted(data, BUTTON)[-1:]
    return COMMAND.fullmatch(raw[0]) if raw and isinstance(raw[0], str) else None


def asks_for_rows(data: FormData) -> bool:
    """Whether the form was sent by a row button: show it again with `change_rows`, don't save or hand in."""
    return command_in(data) is not None


def change_rows(
    definition: ExerciseDefinition, data: FormData, *, only: Collection[str] | None = None
) -> dict[str, object]:
    """The answers with empty rows kept and the asked-for row added or taken away; a command for no list
    changes nothing."""
    values = read_form(definition, data, only=only)
    command = command_in(data)
    for field in definition.asked(only):
        if field.type == "list":
            rows = posted_rows(field, data)
            if command and command["field"] == field.name:
                rows = changed(rows, command["verb"], command["row"], sort_by=field.sort_by)
            values[field.name] = [row for _, row in rows]
    return values


def changed(rows: list[Row], verb: str, number: str | None, *, sort_by: str = "") -> list[Row]:
    if verb == "remove":
        return [row for row in rows if str(row[0]) != number]
    if verb == "sort":
        return sorted(rows, key=lambda row: order_of(row[1].get(sort_by)))
    if verb in ("up", "down"):
        return moved(rows, number, by=-1 if verb == "up" else 1)
    return [*rows, (-1, {})] if len(rows) < MOST_ROWS else rows


def order_of(value: object) -> tuple[bool, float]:
    """Rows without a figure stand last, in the order they were written."""
    known = isinstance(value, int) and not isinstance(value, bool)
    return (not known, float(value) if isinstance(value, int) and known else 0.0)


def moved(rows: list[Row], number: str | None, *, by: int) -> list[Row]:
    """A row one place up or down; at the end it stays."""
    place = next((at for at, row in enumerate(rows) if str(row[0]) == number), None)
    if place is None or not 0 <= place + by < len(rows):
        return rows
    found = list(rows)
    found[place], found[place + by] = found[place + by], found[place]
    return found
