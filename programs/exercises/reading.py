"""Decides what a posted form says: typed values where they can be read, and what was typed where they
can't."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from django.http import QueryDict

from programs.exercises.definitions import ExerciseDefinition, FieldDefinition

FormData = QueryDict | Mapping[str, object]

WHOLE = re.compile(r"[+-]?\d{1,12}", re.ASCII)
LOOSE_CLOCK = re.compile(r"(\d{1,2})[:.](\d{2})(?::00(?:\.0+)?)?|(\d{2})(\d{2})", re.ASCII)
MOMENT_WITH_SECONDS = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?::00(?:\.0+)?)?", re.ASCII)
# NUL can't be stored as text, a lone surrogate can't be stored or sent at all.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
YES, NO = frozenset({"true", "on", "1"}), frozenset({"false", "off", "0"})


def read_form(
    definition: ExerciseDefinition, data: FormData, *, only: Collection[str] | None = None
) -> dict[str, object]:
    """The answers in a form, by field; never refuses anything, unknown names are left out.

    Names are `field`, and `field-0-sub` for the rows of a list. Missing is None; an unticked box is False;
    a list is
    a list of rows with the empty ones left out. Characters that can't be stored come back as U+FFFD.
    """
    return {field.name: read_field(field, data) for field in definition.asked(only)}


def read_field(field: FieldDefinition, data: FormData, *, blank_rows: bool = False) -> object:
    if field.type != "list":
        return read_single(field, posted(data, field.name))
    rows = [row for _, row in posted_rows(field, data)]
    return rows if blank_rows else [row for row in rows if not is_blank(row)]


def posted(data: FormData, name: str) -> list[object]:
    """Everything posted under a name, the last one last."""
    if isinstance(data, QueryDict):
        return list(data.getlist(name))
    value = data.get(name)
    return list(value) if isinstance(value, list | tuple) else [value]


def posted_rows(field: FieldDefinition, data: FormData) -> list[tuple[int, dict[str, object]]]:
    """The rows of a list with the number each had in the form, in that order."""
    direct = [each for each in posted(data, field.name) if isinstance(each, Mapping)]
    if direct:
        return [(number, read_row(field.fields, each)) for number, each in enumerate(direct)]
    pattern = re.compile(re.escape(field.name) + r"-(\d{1,6})-([a-z0-9_]+)", re.ASCII)
    found: dict[int, dict[str, object]] = {}
    for name in data:
        match = pattern.fullmatch(str(name))
        if match:
            found.setdefault(int(match[1]), {})[match[2]] = posted(data, name)
    return [(number, read_row(field.fields, found[number])) for number in sorted(found)]


def read_row(fields: Sequence[FieldDefinition], row: Mapping[str, object]) -> dict[str, object]:
    return {field.name: read_single(field, posted(row, field.name)) for field in fields}


def read_single(field: FieldDefinition, raws: list[object]) -> object:
    if field.type == "multichoice":
        return read_several(field, [cleaned(raw) for raw in raws if isinstance(raw, str) and raw.strip()])
    return read_last(field, raws[-1] if raws else None)


def read_last(field: FieldDefinition, raw: object) -> object:
    if field.type == "bool":
        return read_truth(raw, required=field.required)
    if isinstance(raw, str):
        return read_text(field, cleaned(raw))
    # Answers that come as JSON: numbers stay numbers, anything else that no form can post is missing.
    if isinstance(raw, int) and not isinstance(raw, bool):
        return raw if field.holds_number else read_text(field, str(raw))
    return None


def read_several(field: FieldDefinition, chosen: list[str]) -> list[str]:
    """Each choice once, in the order they are shown: the same ticks are always the same answer."""
    shown = [option.value for option in field.options if option.value in chosen]
    return [*shown, *dict.fromkeys(each for each in chosen if each not in shown)]


def read_text(field: FieldDefinition, text: str) -> object:
    """The value in a text where it has one; else the text as typed, for `check` to speak about."""
    short = text.strip()
    if not short:
        return None
    if field.holds_number:
        return int(short) if WHOLE.fullmatch(short) else text
    if field.type == "time":
        return read_clock(short) or text
    if field.type == "datetime":
        match = MOMENT_WITH_SECONDS.fullmatch(short)
        return f"{match[1]}T{match[2]}" if match else text
    return short if field.type in ("date", "choice") else text


def read_clock(text: str) -> str | None:
    """HH:MM from 7:30, 07.30, 0730 and what browsers add of seconds."""
    match = LOOSE_CLOCK.fullmatch(text)
    if match is None:
        return None
    hours, minutes = int(match[1] or match[3]), int(match[2] or match[4])
    return f"{hours:02d}:{minutes:02d}" if hours < 24 and minutes < 60 else None


def read_truth(raw: object, *, required: bool) -> object:
    """Yes and no from radio buttons; an unticked box is not posted and means no."""
    if isinstance(raw, bool):
        return raw
    word = cleaned(raw).strip().lower() if isinstance(raw, str) else ""
    if word in YES:
        return True
    if not required or word in NO:
        return False
    return word or None


def cleaned(text: str) -> str:
    """Line ends as one character, so that lengths are what the writer sees; unstorable ones replaced."""
    return UNSTORABLE.sub(REPLACEMENT, text.replace("\r\n", "\n"))


def is_blank(values: object) -> bool:
    """Whether nothing has been filled in; an unticked box is nothing."""
    if isinstance(values, Mapping):
        return all(is_blank(value) for value in values.values())
    if isinstance(values, list | tuple):
        return all(is_blank(value) for value in values)
    return values is None or values is False or values == ""
