"""Small checks that a JSON document has the agreed shape; each refusal is a sentence that names the place.

Each check also says itself as JSON Schema (draft 2020-12), so that what is published is what is checked; the schema
may be wider, where a rule can't be said in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Check = Callable[[object, str], None]
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Characters that no database or page takes: NUL and halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Misshapen(ValueError):
    """The document isn't what was agreed; says where and why."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place} {what}.")


Schema = Mapping[str, Any]


@dataclass(frozen=True)
class Shape:
    """A check that knows its schema."""

    refuse: Check
    schema: Schema

    def __call__(self, value: object, place: str) -> None:
        """Raise Misshapen for what the shape does not allow."""
        self.refuse(value, place)


def described(schema: Schema) -> Callable[[Check], Shape]:
    """`@described({...})` above a check of one's own."""
    return lambda check: Shape(check, schema)


def schema_of(check: Check) -> Schema:
    """The schema of a check; raises TypeError for one that says nothing, so that nothing is left out unseen."""
    if not isinstance(check, Shape):
        raise TypeError(f"{check} has no schema: use @described.")
    return check.schema


def text(most: int, *, empty: bool = False, like: re.Pattern[str] | None = None) -> Shape:
    """A string of at most `most` characters, that matches `like` whole."""

    def check(value: object, place: str) -> None:
        if not isinstance(value, str):
            raise Misshapen(place, "must be text")
        if len(value) > most:
            raise Misshapen(place, f"is longer than {most} characters")
        if UNSTORABLE.search(value):
            raise Misshapen(place, "holds a character that can't be stored")
        if not value.strip() and not empty:
            raise Misshapen(place, "is empty")
        if like is not None and not like.fullmatch(value):
            raise Misshapen(place, f"can't be {value!r}")

    least = {} if empty else {"minLength": 1}
    pattern = {"pattern": f"^(?:{like.pattern})$"} if like else {}
    return Shape(check, {"type": "string", **least, "maxLength": most, **pattern})


def number(least: int, most: int) -> Shape:
    """A whole number in a range; true and false are no numbers."""

    def check(value: object, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Misshapen(place, f"must be a whole number from {least} to {most}")

    return Shape(check, {"type": "integer", "minimum": least, "maximum": most})


@described({"type": "boolean"})
def truth(value: object, place: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise Misshapen(place, "must be true or false")


def one_of(*allowed: str) -> Shape:
    """One of these words."""

    def check(value: object, place: str) -> None:
        if value not in allowed:
            raise Misshapen(place, f"must be one of {', '.join(allowed)}")

    return Shape(check, {"enum": list(allowed)})


def nothing_or(check: Check) -> Shape:
    """null, or what `check` asks."""

    def checked(value: object, place: str) -> None:
        if value is not None:
            check(value, place)

    return Shape(checked, {"anyOf": [{"type": "null"}, schema_of(check)]})


def listed(check: Check, *, least: int = 0, most: int) -> Shape:
    """A list whose every part passes."""

    def checked(value: object, place: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Misshapen(place, f"must be a list of {least} to {most} parts")
        for index, part in enumerate(value, start=1):
            check(part, f"{place}, number {index}")

    bounds = {"minItems": least, "maxItems": most}
    return Shape(checked, {"type": "array", **bounds, "items": schema_of(check)})


def record(needed: Mapping[str, Check], may: Mapping[str, Check] | None = None) -> Shape:
    """An object with exactly these keys; those in `may` can be left out."""
    known = {**needed, **(may or {})}

    def checked(value: object, place: str) -> None:
        if not isinstance(value, dict):
            raise Misshapen(place, "must be an object")
        for key in sorted(needed.keys() - value.keys()):
            raise Misshapen(place, f"lacks {key}")
        for key in sorted(value.keys() - known.keys()):
            raise Misshapen(place, f"has the unknown key {key!r}")
        for key, part in value.items():
            known[key](part, f"{place}, {key}")

    schema = {
        "type": "object",
        "properties": {key: schema_of(check) for key, check in known.items()},
        "required": list(needed),
        "additionalProperties": False,
    }
    return Shape(checked, schema)


def keyed(key: Check, check: Check, *, most: int) -> Shape:
    """An object with keys of the author's own, each of which passes, as do their values."""

    def checked(value: object, place: str) -> None:
        if not isinstance(value, dict) or len(value) > most:
            raise Misshapen(place, f"must be an object of at most {most} parts")
        for name, part in value.items():
            key(name, place)
            check(part, f"{place}, {name}")

    schema = {
        "type": "object",
        "propertyNames": schema_of(key),
        "additionalProperties": schema_of(check),
        "maxProperties": most,
    }
    return Shape(checked, schema)


def of_type(kinds: Mapping[str, Check]) -> Shape:
    """An object whose "type" chooses the check."""

    def checked(value: object, place: str) -> None:
        kind: Any = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            raise Misshapen(place, f"is of the unknown type {kind!r}")
        kinds[kind](value, place)

    return Shape(checked, {"anyOf": [schema_of(check) for check in kinds.values()]})


def of_keys(kinds: Mapping[str, Check]) -> Shape:
    """An object of the first kind whose key it has."""

    def checked(value: object, place: str) -> None:
        kind = next((key for key in kinds if key in value), None) if isinstance(value, dict) else None
        if kind is None:
            raise Misshapen(place, f"must have one of {', '.join(kinds)}")
        kinds[kind](value, place)

    return Shape(checked, {"anyOf": [schema_of(check) for check in kinds.values()]})
