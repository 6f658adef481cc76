"""Decides what the buttons for adding and removing a row do to a form; they submit it, so no script is
needed."""

from __future__ import annotations

import re
from collections.abc import Collection

from programs.exercises.definitions import ExerciseDefinition
from programs.exercises.reading import FormData, posted, posted_rows, read_form

BUTTON = "rows"
COMMAND = re.compile(r"(?P<verb>add|remove):(?P<field>[a-z0-9_]{1,60})(?::(?P<row>\d{1,6}))?", re.ASCII)
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
                rows = changed(rows, command["verb"], command["row"])
            values[field.name] = [row for _, row in rows]
    return values


def changed(rows: list[Row], verb: str, number: str | None) -> list[Row]:
    if verb == "remove":
        return [row for row in rows if str(row[0]) != number]
    return [*rows, (-1, {})] if len(rows) < MOST_ROWS else rows
