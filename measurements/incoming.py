"""What a file says of an instrument before it is held against what we know: texts, answers, conditions, rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from measurements.instrument import Instrument, Item, Text

LONGEST_TEXT = 4000


class Refused(ValueError):
    """A file can't be used. `place` is where: a link id, a field, a row; "" for the whole file."""

    def __init__(self, place: object, words: object) -> None:
        self.place, self.words = place, words
        super().__init__(place, words)

    def __str__(self) -> str:
        return f"{self.place}: {self.words}" if self.place else str(self.words)


@dataclass(frozen=True)
class Incoming:
    """A file's instrument. `conditions`: link id -> Condition; `rules`: our own definition's, None in others' files.

    `language` is the file's own where it names one; `left_out` names parts that are not taken over.
    """

    name: str
    title: Text
    about: Text
    notice: str
    language: str
    intro: Text
    items: tuple[Item, ...]
    conditions: Mapping[str, Any] = field(default_factory=dict)
    rules: Mapping[str, Any] | None = None
    left_out: tuple[str, ...] = ()


def of_instrument(instrument: Instrument) -> Incoming:
    """A definition of our own format, seen as any other file."""
    return Incoming(
        name=instrument.id,
        title=instrument.title,
        about=instrument.about,
        notice=instrument.notice,
        language=next(iter(instrument.languages), ""),
        intro=instrument.intro,
        items=(*instrument.items, *instrument.unscored),
    )
