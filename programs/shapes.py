"""Small checks that a JSON document has the agreed shape; each refusal is a sentence that names the place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

Check = Callable[[object, str], None]
ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
# Characters that no database or page takes: NUL and halves of surrogate pairs.
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Misshapen(ValueError):
    """The document isn't what was agreed; says where and why."""

    def __init__(self, place: str, what: str) -> None:
        super().__init__(f"{place} {what}.")


def text(most: int, *, empty: bool = False, like: re.Pattern[str] | None = None) -> Check:
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

    return check


def number(least: int, most: int) -> Check:
    """A whole number in a range; true and false are no numbers."""

    def check(value: object, place: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Misshapen(place, f"must be a whole number from {least} to {most}")

    return check


def truth(value: object, place: str) -> None:
    """true or false."""
    if not isinstance(value, bool):
        raise Misshapen(place, "must be true or false")


def one_of(*allowed: str) -> Check:
    """One of these words."""

    def check(value: object, place: str) -> None:
        if value not in allowed:
            raise Misshapen(place, f"must be one of {', '.join(allowed)}")

    return check


def nothing_or(check: Check) -> Check:
    """null, or what `check` asks."""

    def checked(value: object, place: str) -> None:
        if value is not None:
            check(value, place)

    return checked


def listed(check: Check, *, least: int = 0, most: int) -> Check:
    """A list whose every part passes."""

    def checked(value: object, place: str) -> None:
        if not isinstance(value, list) or not least <= len(value) <= most:
            raise Misshapen(place, f"must be a list of {least} to {most} parts")
        for index, part in enumerate(value, start=1):
            check(part, f"{place}, number {index}")

    return checked


def record(needed: Mapping[str, Check], may: Mapping[str, Check] | None = None) -> Check:
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

    return checked


def of_type(kinds: Mapping[str, Check]) -> Check:
    """An object whose "type" chooses the check."""

    def checked(value: object, place: str) -> None:
        kind: Any = value.get("type") if isinstance(value, dict) else None
        if not isinstance(kind, str) or kind not in kinds:
            raise Misshapen(place, f"is of the unknown type {kind!r}")
        kinds[kind](value, place)

    return checked
