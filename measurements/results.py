"""What else a total and its items say: severity, case, subscales, symptom counts.

Each kind below is one rule. `read` takes what was scored so far and works alike on whole numbers (one answer
set) and on numpy columns (many), so that one definition gives the same numbers both ways. Item numbers count
from 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add, and_, or_
from typing import Any, Protocol

Number = Any  # an int, or a numpy column of ints: the formulas are the same


@dataclass(frozen=True)
class Band:
    """A span of totals, both ends included, with its key and its name per language."""

    key: str
    lower: int
    upper: int
    name: Mapping[str, str]


@dataclass(frozen=True)
class Limit:
    """A limit with its side: `at_least`, `at_most` or `below`."""

    value: int
    side: str

    def holds(self, number: Number) -> Any:
        """Whether a number is on the named side of the limit (a column of answers for a column)."""
        if self.side == "at_least":
            return number >= self.value
        return number <= self.value if self.side == "at_most" else number < self.value


@dataclass(frozen=True)
class Scored:
    """What a result may look at: item scores in order (after reversing), rounded total, earlier results."""

    items: Sequence[Number]
    total: Number
    found: Mapping[str, Any]

    def named(self, name: str) -> Any:
        """The total, or an earlier result by its key."""
        return self.total if name == "total" else self.found[name]


def counted(flags: Iterable[Any]) -> Number:
    """How many of the flags hold. A numpy column of flags is counted byte by byte, without a wider copy."""
    return reduce(add, (flag.view("int8") if hasattr(flag, "view") else int(flag) for flag in flags))


def summed(items: Sequence[Number], numbers: Sequence[int]) -> Number:
    """The sum of the items with these numbers (from 1)."""
    return reduce(add, (items[number - 1] for number in numbers))


class Result(Protocol):
    """One rule. `needs_all_items`: left out when the total is prorated, since it reads items one by one."""

    @property
    def needs_all_items(self) -> bool: ...

    def read(self, scored: Scored) -> Any:
        """The value for one answer set, or a column of values for many."""


@dataclass(frozen=True)
class Cut:
    """True on the named side of a limit of the total, or of an earlier result."""

    limit: Limit
    of: str = "total"
    needs_all_items: bool = False

    def read(self, scored: Scored) -> Any:
        """bool, or a column of bool."""
        return self.limit.holds(scored.named(self.of))


@dataclass(frozen=True)
class Bands:
    """The key of the band the total falls in (PHQ-9's 10-14: moderate)."""

    bands: tuple[Band, ...]
    needs_all_items: bool = False

    @property
    def keys(self) -> tuple[str, ...]:
        """The bands' keys from low to high."""
        return tuple(band.key for band in self.bands)

    def read(self, scored: Scored) -> Any:
        """The band's key for one total; for many, the band's place in order (from 0), see `scoring_many`."""
        place = counted(scored.total >= band.lower for band in self.bands) - 1
        return self.bands[place].key if isinstance(place, int) else place


@dataclass(frozen=True)
class Sum:
    """The sum of some items, such as PHQ-2 inside PHQ-9."""

    items: tuple[int, ...]
    needs_all_items: bool = True

    def read(self, scored: Scored) -> Any:
        """int, or a column of int."""
        return summed(scored.items, self.items)


@dataclass(frozen=True)
class Sums:
    """Subscales: a sum for each named group of items."""

    groups: Mapping[str, tuple[int, ...]]
    needs_all_items: bool = True

    def read(self, scored: Scored) -> Any:
        """Group -> sum."""
        return {name: summed(scored.items, numbers) for name, numbers in self.groups.items()}


@dataclass(frozen=True)
class Counts:
    """How many items of each group are at least `present_from` (PCL-5's symptoms by cluster)."""

    groups: Mapping[str, tuple[int, ...]]
    present_from: int
    needs_all_items: bool = True

    def read(self, scored: Scored) -> Any:
        """Group -> number of symptoms."""
        present = [item >= self.present_from for item in scored.items]
        return {
            name: counted(present[number - 1] for number in numbers) for name, numbers in self.groups.items()
        }


@dataclass(frozen=True)
class Reach:
    """True when each group of an earlier count reaches its number (PCL-5: 1 B, 1 C, 2 D, 2 E)."""

    of: str
    at_least: Mapping[str, int]
    needs_all_items: bool = True

    def read(self, scored: Scored) -> Any:
        """bool, or a column of bool."""
        counts = scored.named(self.of)
        return reduce(and_, (counts[name] >= number for name, number in self.at_least.items()))


@dataclass(frozen=True)
class Symptoms:
    """The PHQ-9 algorithm: a core symptom is there, and the number of symptoms is within `count`."""

    present_from: tuple[int, ...]
    core: tuple[int, ...]
    count: tuple[int, int]
    needs_all_items: bool = True

    def read(self, scored: Scored) -> Any:
        """bool, or a column of bool."""
        present = [item >= limit for item, limit in zip(scored.items, self.present_from, strict=True)]
        symptoms = counted(present)
        core = reduce(or_, (present[number - 1] for number in self.core))
        return core & (symptoms >= self.count[0]) & (symptoms <= self.count[1])


@dataclass(frozen=True)
class Scaled:
    """The total on another scale: WHO-5's percentage (x 4), K10 counted from 0 (- 10)."""

    factor: int
    offset: int
    needs_all_items: bool = False

    def read(self, scored: Scored) -> Any:
        """int, or a column of int."""
        return scored.total * self.factor + self.offset
