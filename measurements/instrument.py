"""What an instrument is: items, answer codes, scoring key, bands, cut-offs and risk rules, as plain values.

The definitions themselves are data (`measurements/instruments/**/*.json`, format `ikbt-instrument/1`); the
arithmetic over them is in `scoring`, `results`, `flags` and `change`. A definition is immutable once
answered: a changed wording is a new `version`, a changed rule a new `rule_version`, and a score keeps both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from measurements.results import Band, Limit, Result

Text = Mapping[str, str]  # language code -> wording


@dataclass(frozen=True)
class Code:
    """A code in a code system, such as LOINC 44249-1."""

    system: str
    code: str


@dataclass(frozen=True)
class Option:
    """One answer to an item. The code is what is stored; the value is what the paper form prints.

    `value` is None for items that are not scored.
    """

    code: str
    system: str
    value: int | None
    text: Text


@dataclass(frozen=True)
class Item:
    """One question. `shown_when_any_from`: shown only when some scored item has at least this value."""

    link_id: str
    text: Text
    options: tuple[Option, ...]
    code: Code | None = None
    shown_when_any_from: int | None = None

    @property
    def values(self) -> frozenset[int]:
        """The values an answer to this item may have."""
        return frozenset(option.value for option in self.options if option.value is not None)

    def value_of(self, code: str) -> int | None:
        """The value of an answer code; None when the item has no such code."""
        return next((option.value for option in self.options if option.code == code), None)


@dataclass(frozen=True)
class Wording:
    """Where one language's wording comes from, and whether it was compared with the holder's form."""

    source: str
    verified: bool


@dataclass(frozen=True)
class Missing:
    """How many items may be unanswered, and whether the rule is published or a convention."""

    at_most: int
    by_convention: bool = False
    citation: str = ""


@dataclass(frozen=True)
class Skip:
    """When `when_items` (numbers from 1) are answered and add to `when_sum`, `items` need no answer: 0."""

    when_items: tuple[int, ...]
    when_sum: int
    items: tuple[int, ...]

    def applies(self, values: Sequence[int | None]) -> bool:
        """Whether answers in item order (None when unanswered) let the items be passed by."""
        asked = [values[number - 1] for number in self.when_items]
        given = [value for value in asked if value is not None]
        return len(given) == len(asked) and sum(given) == self.when_sum


@dataclass(frozen=True)
class Scoring:
    """The scoring key: how items become a total and what else is said of them. Item numbers count from 1."""

    method: str
    lowest: int
    highest: int
    reverse: frozenset[int]
    missing: Missing
    skips: tuple[Skip, ...]
    bands: tuple[Band, ...]
    results: tuple[tuple[str, Result], ...]


@dataclass(frozen=True)
class CutOff(Limit):
    """A published limit: PHQ-9 `at_least` 10 is a case, BBQ `below` 52 a low quality of life."""

    citation: str = ""


@dataclass(frozen=True)
class Change:
    """A number of points that means something, with its derivation and citation."""

    points: float
    citation: str
    derivation: str = ""


@dataclass(frozen=True)
class RiskStep:
    """The values of the risk item, inclusive, that mean this level (`watch` or `high`)."""

    level: str
    lowest: int
    highest: int


@dataclass(frozen=True)
class Risk:
    """The item (number from 1) that asks about suicide, its levels, and the prefix of its keys in a score."""

    item: int
    prefix: str
    steps: tuple[RiskStep, ...]
    source: str

    @property
    def flagged_from(self) -> int:
        """The lowest value that is not simply "no"."""
        return min(step.lowest for step in self.steps)


@dataclass(frozen=True)
class Instrument:
    """One version of one instrument. `items` are scored and in order; `unscored` stand after them."""

    id: str
    version: str
    rule_version: str
    short: str
    title: Text
    about: Text
    higher_is_worse: bool
    bundle: str
    notice: str
    languages: Mapping[str, Wording]
    codes: Mapping[str, Code]
    intro: Text
    items: tuple[Item, ...]
    unscored: tuple[Item, ...]
    scoring: Scoring
    cut_off: CutOff | None = None
    remission: CutOff | None = None
    response_share: float = 0.5
    reliable_change: Change | None = None
    important_difference: Change | None = None
    risk: Risk | None = None

    @property
    def is_prorated_by_convention(self) -> bool:
        """Whether a prorated score must be shown as "by convention"."""
        return self.scoring.missing.by_convention

    def language_for(self, wanted: str) -> str | None:
        """The wanted language if the wording exists in it, else the first that exists, else None."""
        if wanted in self.languages:
            return wanted
        return next(iter(self.languages), None)

    def item(self, link_id: str) -> Item | None:
        """The item, scored or not, with this id."""
        return next((item for item in (*self.items, *self.unscored) if item.link_id == link_id), None)
