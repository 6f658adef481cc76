"""The published JSON Schemas are what importing checks, and every shipped program fits them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from programs.package.layout import as_json, schemas

SCHEMAS = settings.BASE_DIR / "docs" / "program-package"
PROGRAMS = sorted(path.parent for path in settings.DATA_DIR_PROGRAMS.glob("*/program.json"))
TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "integer": int,
    "boolean": bool,
    "array": list,
    "object": dict,
    "null": type(None),
}


def faults(value: Any, schema: Mapping[str, Any], place: str = "") -> Iterator[str]:
    """What a validator of draft 2020-12 would say, for the words that our schemas use; raises for another word."""
    for word, said in schema.items():
        yield from (f"{place} {fault}" for fault in _faults_of(word, said, value, schema, place))


def _faults_of(word: str, said: Any, value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if word in {"$schema", "title", "format"}:
        return
    if word == "anyOf":
        if all(any(faults(value, one, place)) for one in said):
            yield "fits none"
    elif word in {"properties", "items", "propertyNames"} or (word == "additionalProperties" and said):
        yield from _below(word, said, value, schema, place)
    elif not _HOLDS[word](value, said, schema):
        yield f"breaks {word}"


def _below(word: str, said: Any, value: Any, schema: Mapping[str, Any], place: str) -> Iterator[str]:
    if word == "items" and isinstance(value, list):
        for number, part in enumerate(value):
            yield from faults(part, said, f"{place}/{number}")
    elif isinstance(value, dict):
        for name, part in value.items():
            if word == "propertyNames":
                yield from faults(name, said, f"{place}/{name}")
            elif word == "properties" and name in said:
                yield from faults(part, said[name], f"{place}/{name}")
            elif word == "additionalProperties":
                yield from faults(part, said, f"{place}/{name}")


def _is(value: Any, kind: str) -> bool:
    return isinstance(value, TYPES[kind]) and not (kind == "integer" and isinstance(value, bool))


_HOLDS: Mapping[str, Any] = {
    "type": lambda value, kind, _: _is(value, kind),
    "enum": lambda value, said, _: value in said,
    "const": lambda value, said, _: value == said,
    "minLength": lambda value, least, _: len(value) >= least,
    "maxLength": lambda value, most, _: len(value) <= most,
    "pattern": lambda value, like, _: re.search(like, value) is not None,
    "minimum": lambda value, least, _: value >= least,
    "maximum": lambda value, most, _: value <= most,
    "minItems": lambda value, least, _: len(value) >= least,
    "maxItems": lambda value, most, _: len(value) <= most,
    "maxProperties": lambda value, most, _: len(value) <= most,
    "required": lambda value, names, _: not set(names) - set(value),
    "additionalProperties": lambda value, _, schema: not set(value) - set(schema["properties"]),
}


def published(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(schemas()))
def test_what_is_published_is_what_is_checked(name: str) -> None:
    """Make them anew with `manage.py program schema`."""
    assert (SCHEMAS / name).read_bytes() == as_json(schemas()[name])


@pytest.mark.parametrize("folder", PROGRAMS, ids=lambda folder: folder.name)
def test_every_shipped_program_fits(folder: Path) -> None:
    for path in folder.glob("*.json"):
        schema = published("program" if path.stem == "program" else "module")

        assert list(faults(json.loads(path.read_text(encoding="utf-8")), schema)) == [], path.name


@pytest.mark.parametrize(
    "change",
    [
        {"weeks": 10**30},
        {"weeks": True},
        {"key": "../x"},
        {"onload": "x"},
        {"conditions": ["flu"]},
        {"measures": [{"instrument": "phq-9", "when": "always"}]},
    ],
    ids=str,
)
def test_what_importing_refuses_the_schema_refuses(change: dict[str, Any]) -> None:
    document = json.loads((PROGRAMS[0] / "program.json").read_text(encoding="utf-8"))

    assert list(faults({**document, **change}, published("program")))
