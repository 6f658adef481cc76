"""Draws made-up texts so that nobody repeats herself or contradicts her age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ikbt.demo.people import data

NOBODYS_AGE = [0, 150]
# Programs with texts of their own in data/<key>.json.
OF_THEIR_OWN = frozenset({"insomnia"})


@dataclass
class Deck:
    """One person's texts, shuffled; `passed_over` holds those that her neighbour in the list has just
    used. `program` is the key of the one that she is treated by."""

    chance: Random
    age: int
    passed_over: frozenset[str] = frozenset()
    program: str = "depression"
    used: set[str] = field(default_factory=set)
    _left: dict[str, list[Any]] = field(default_factory=dict)

    def texts(self, name: str, *, others: str = "work") -> Any:
        """What the program's own data file holds by this name, else the file that holds it for all."""
        own = data(self.program) if self.program in OF_THEIR_OWN else {}
        return own[name] if name in own else data(others)[name]

    def draw(self, name: str) -> Any:
        """The next card of a pile; reshuffled when it is empty."""
        if not self._left.get(name):
            pile = [card for card in self.texts(name) if self.fits(card)]
            self._left[name] = self.chance.sample(pile, len(pile))
        return self._left[name].pop()

    def some(self, name: str, count: int) -> list[Any]:
        """Different cards of a pile, at most `count`."""
        pile = [card for card in self.texts(name) if self.fits(card)]
        return self.chance.sample(pile, min(count, len(pile)))

    def fits(self, card: Any) -> bool:
        """Whether the card says nothing that her age contradicts; cards that are no mappings always fit."""
        low, high = card.get("age", NOBODYS_AGE) if isinstance(card, dict) else NOBODYS_AGE
        return bool(low <= self.age <= high)

    def pick(self, texts: Sequence[str]) -> str | None:
        """A text that neither she nor her neighbour has used; None when all have been."""
        unused = [text for text in texts if text not in self.used]
        fresh = [text for text in unused if text not in self.passed_over]
        if not fresh:
            return None
        chosen = self.chance.choice(fresh)
        self.used.add(chosen)
        return chosen
