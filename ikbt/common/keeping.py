"""Keeps in the process what is never written again: read once, in one query for all that is missing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Generic, TypeVar

Key = TypeVar("Key")
Value = TypeVar("Value")


class Kept(Generic[Key, Value]):
    """At most so many values. For frozen rows alone, and for nothing about a person: nobody may change a value."""

    def __init__(self, at_most: int) -> None:
        self._at_most = at_most
        self._values: dict[Key, Value] = {}

    def of(
        self, keys: Collection[Key], read: Callable[[Collection[Key]], Mapping[Key, Value]]
    ) -> dict[Key, Value]:
        """The values of these keys; `read` is asked for the missing ones together, and what it lacks is not kept."""
        # One look at each, since another thread may empty it in between.
        held = self._values
        found = {key: held[key] for key in keys if key in held}
        missing = set(keys) - set(found)
        if missing:
            fresh = read(missing)
            found.update(fresh)
            # Starting anew is rare, costs one query, and can't go wrong as counting of uses can.
            room = len(held) + len(fresh) <= self._at_most
            self._values = {**held, **fresh} if room else dict(list(fresh.items())[: self._at_most])
        return found
