"""Decides what data may stand in a definition: every key is asked for by kind, and a key nobody asked for
is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from programs.exercises.grammar import FormulaError, parse

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
LANGUAGES = ("en", "sv")
MISSING = object()


class DefinitionError(ValueError):
    """A definition is not well formed; the sentence starts with the key at fault."""


class Reader:
    """One JSON object under reading; `at` is its place, for the sentence of an error."""

    def __init__(self, data: object, at: str) -> None:
        if not isinstance(data, Mapping):
            raise DefinitionError(f"{at}: is not an object")
        self.data = data
        self.at = at
        self.asked: set[str] = set()

    def take(self, key: str, default: object) -> object:
        self.asked.add(key)
        value = self.data.get(key, default)
        if value is MISSING:
            raise DefinitionError(f"{self.at}.{key}: missing")
        return value

    def wrong(self, key: str, wanted: str) -> DefinitionError:
        return DefinitionError(f"{self.at}.{key}: is not {wanted}")

    def text(self, key: str, default: object = MISSING) -> str:
        value = self.take(key, default)
        if not isinstance(value, str) or "\x00" in value:
            raise self.wrong(key, "text")
        return value

    def name(self, key: str) -> str:
        value = self.text(key)
        if NAME.fullmatch(value) is None:
            raise self.wrong(key, "a name in lower case")
        return value

    def formula(self, key: str) -> str:
        value = self.text(key)
        try:
            parse(value)
        except FormulaError as error:
            raise DefinitionError(f"{self.at}.{key}: {error}") from error
        return value

    def truth(self, key: str, default: object = MISSING) -> bool:
        value = self.take(key, default)
        if not isinstance(value, bool):
            raise self.wrong(key, "true or false")
        return value

    def integer(self, key: str) -> int | None:
        value = self.take(key, None)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            raise self.wrong(key, "a whole number")
        return value

    def labels(self, key: str) -> Mapping[str, str]:
        return labels_from(self.take(key, MISSING), f"{self.at}.{key}")

    def labels_by_key(self, key: str) -> Mapping[str, Mapping[str, str]]:
        return MappingProxyType(
            {name: labels_from(value, f"{self.at}.{key}.{name}") for name, value in self.pairs(key)}
        )

    def pairs(self, key: str) -> list[tuple[str, object]]:
        value = self.take(key, {})
        if not isinstance(value, Mapping):
            raise self.wrong(key, "an object")
        return [(str(name), each) for name, each in value.items()]

    def integers(self, key: str) -> Mapping[str, int]:
        found: dict[str, int] = {}
        for name, value in self.pairs(key):
            if isinstance(value, bool) or not isinstance(value, int):
                raise self.wrong(f"{key}.{name}", "a whole number")
            found[name] = value
        return MappingProxyType(found)

    def texts(self, key: str) -> Mapping[str, str]:
        found: dict[str, str] = {}
        for name, value in self.pairs(key):
            if not isinstance(value, str):
                raise self.wrong(f"{key}.{name}", "text")
            found[name] = value
        return MappingProxyType(found)

    def names(self, key: str) -> tuple[str, ...]:
        """A list of names; none when the key is missing."""
        value = self.take(key, [])
        if not isinstance(value, list | tuple) or not all(
            isinstance(each, str) and NAME.fullmatch(each) for each in value
        ):
            raise self.wrong(key, "a list of names")
        return tuple(value)

    def numbers(self, key: str) -> tuple[int, ...]:
        """A list of whole numbers; none when the key is missing."""
        value = self.take(key, [])
        if not isinstance(value, list | tuple) or not all(type(each) is int for each in value):
            raise self.wrong(key, "a list of whole numbers")
        return tuple(value)

    def child(self, key: str) -> Reader | None:
        """One object inside; None when the key is missing."""
        value = self.take(key, None)
        return None if value is None else Reader(value, f"{self.at}.{key}")

    def children(self, key: str, default: object = MISSING) -> list[Reader]:
        value = self.take(key, default)
        if not isinstance(value, list | tuple):
            raise self.wrong(key, "a list")
        return [Reader(each, f"{self.at}.{key}[{index}]") for index, each in enumerate(value)]

    def ignore(self, *keys: str) -> None:
        """Keys that are for people: kept in the document, never read."""
        self.asked.update(keys)

    def finish(self) -> None:
        """Refuses what nobody asked for: a misspelt key must not pass in silence."""
        unknown = sorted(str(key) for key in self.data if key not in self.asked)
        if unknown:
            raise DefinitionError(f"{self.at}: unknown {', '.join(unknown)}")


def labels_from(value: object, at: str) -> Mapping[str, str]:
    """A text in both languages."""
    reader = Reader(value, at)
    found = MappingProxyType({language: reader.text(language) for language in LANGUAGES})
    reader.finish()
    return found
