"""Reads single elements of a FHIR file that may be anything: each is what we expect, or refused with its place."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.fhir import names
from measurements.fhir.names import Node
from measurements.incoming import LONGEST_TEXT, Refused

MOST_ROWS = 300


def rows(node: Node, key: str, place: str) -> list[Node]:
    """The objects in a list; none when it lacks."""
    found = node.get(key, [])
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Refused(place, _("“%(key)s” must be a list of objects.") % {"key": key})
    if len(found) > MOST_ROWS:
        raise Refused(place, _("“%(key)s” has more than %(most)d rows.") % {"key": key, "most": MOST_ROWS})
    return found


def one(node: Node, key: str, place: str) -> Node:
    """An object; empty when it lacks."""
    found = node.get(key, {})
    if not isinstance(found, dict):
        raise Refused(place, _("“%(key)s” must be an object.") % {"key": key})
    return found


def word(node: Node, key: str, place: str) -> str:
    """A text, trimmed; "" when it lacks."""
    found = node.get(key, "")
    if not isinstance(found, str):
        raise Refused(place, _("“%(key)s” must be a text.") % {"key": key})
    return checked(found.strip(), place)


def checked(text: str, place: str) -> str:
    """The text, when it can be stored and shown."""
    if len(text) > LONGEST_TEXT:
        raise Refused(place, _("A text is longer than %(most)d characters.") % {"most": LONGEST_TEXT})
    if any(unicodedata.category(sign) in {"Cc", "Cs"} and sign not in "\n\r\t" for sign in text):
        raise Refused(place, _("A text holds a character that can't be stored."))
    return text


def worded(node: Node, key: str, base: str, place: str) -> dict[str, str]:
    """Language -> text: the element's own in the base language, translations beside it."""
    own = word(node, key, place)
    found = {base: own} if own else {}
    for extension in extensions(one(node, f"_{key}", place), names.TRANSLATION, place):
        parts = {word(part, "url", place): part for part in rows(extension, "extension", place)}
        language = word(parts.get("lang", {}), "valueCode", place)
        content = parts.get("content", {})
        text = word(content, "valueString", place) or word(content, "valueMarkdown", place)
        if language and text:
            found[language.partition("-")[0]] = text
    return found


def extensions(node: Node, url: str, place: str) -> Iterator[Node]:
    """The extensions with this address."""
    return (row for row in rows(node, "extension", place) if row.get("url") == url)


def has_extension(node: Node, url: str, place: str) -> bool:
    """Whether there is one with this address."""
    return next(extensions(node, url, place), None) is not None


def weight(node: Node, place: str) -> int | None:
    """The value of an answer by the weight extension under its R4 or R5 address; None when it has none."""
    for row in rows(node, "extension", place):
        if row.get("url") in (names.ORDINAL, names.WEIGHT):
            return whole(row.get("valueDecimal", row.get("valueInteger")), place)
    return None


def whole(value: Any, place: str) -> int:
    """A whole number, written as 2 or 2.0."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise Refused(place, _("An answer's value must be a whole number."))
    return int(value)


def property_weight(node: Node, place: str) -> int | None:
    """The value that a code system gives one of its concepts."""
    for row in rows(node, "property", place):
        if row.get("code") in ("itemWeight", "ordinalValue"):
            return whole(row.get("valueDecimal", row.get("valueInteger")), place)
    return weight(node, place)


def resources(node: Node, kind: str) -> dict[str, Mapping[str, Any]]:
    """The contained resources of one kind, by their ids."""
    return {
        word(row, "id", "contained"): row
        for row in rows(node, "contained", "contained")
        if row.get("resourceType") == kind
    }
