"""Draws made-up texts so that nobody repeats herself or contradicts her age."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from ikbt.demo.people import data

NOBODYS_AGE = [0, 150]


@dataclass
class Deck:
    """One person's texts, shuffled; `passed_over` holds those that her neighbour in the list has just
    used."""

    chance: Random
    age: int
    passed_over: frozenset[str] = frozenset()
    used: set[str] = field(default_factory=set)
    _left: dict[str, list[Any]] = field(default_factory=dict)

    def draw(self, name: str) -> Any:
        """The next card of a pile of data/work.json; reshuffled when it is empty."""
        if not self._left.get(name):
            pile = [card for card in data("work")[name] if self.fits(card)]
            self._left[name] = self.chance.sample(pile, len(pile))
        return self._left[name].pop()

    def some(self, name: str, count: int) -> list[Any]:
        """Different cards of a pile, at most `count`."""
        pile = [card for card in data("work")[name] if self.fits(card)]
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
