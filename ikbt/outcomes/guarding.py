"""Pure: decides which choices may be shown beside each other, so that no few follow from two of them.

Along one line - the units, the programs or the years, with the rest of the choice as it is - the sum is shown to
whoever leaves the choice open. So a part of the line is shown only where measurements.outcomes.hiding would show it
beside the sum; and years are cut only between two that are shown, which leaves blocks that are never of few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from measurements.outcomes.hiding import hidden_places


class Cell(NamedTuple):
    """What an ended treatment is counted under; `group` is what the figures are divided by, "" where by nothing."""

    unit: str
    program: str
    year: int
    group: str = ""


@dataclass(frozen=True)
class Asked:
    """What a choice is narrowed to; "" and None where it is left open."""

    unit: str = ""
    program: str = ""
    since: int | None = None
    until: int | None = None

    @property
    def is_narrow(self) -> bool:
        """Anything is left out."""
        return self != Asked()

    @property
    def cuts(self) -> list[int]:
        """The years after which time is cut, by the first year or the last."""
        first = [] if self.since is None else [self.since - 1]
        return first if self.until is None else [*first, self.until]

    def holds(self, cell: Cell, *, but: str = "") -> bool:
        """Whether a cell is in the choice, whatever the choice says of the line `but`."""
        return (
            (but == "unit" or self.unit in {"", cell.unit})
            and (but == "program" or self.program in {"", cell.program})
            and (but == "year" or (self.since or cell.year) <= cell.year <= (self.until or cell.year))
        )


def is_guarded(cells: Mapping[Cell, int], asked: Asked, *, at_least: int) -> bool:
    """Whether the figures of a choice would, with those of wider ones, tell of 1 to at_least - 1 treatments."""
    unit, program, year = (
        _hidden_along(cells, asked, line, at_least) for line in ("unit", "program", "year")
    )
    return asked.unit in unit or asked.program in program or _cuts_beside(asked, cells, year)


def guarded_groups(cells: Mapping[Cell, int], asked: Asked, *, at_least: int) -> set[str]:
    """The groups of a divided choice that would tell of few in the same way."""
    if not asked.is_narrow:
        return set()
    found = set()
    for group in {cell.group for cell in cells}:
        own = {cell: n for cell, n in cells.items() if cell.group == group}
        if is_guarded(own, asked, at_least=at_least):
            found.add(group)
    return found


def _hidden_along(cells: Mapping[Cell, int], asked: Asked, line: str, at_least: int) -> set[object]:
    """The places of a line that may not stand beside its sum."""
    counts: Counter[object] = Counter()
    for cell, n in cells.items():
        if asked.holds(cell, but=line):
            counts[getattr(cell, line)] += n
    places = sorted(counts, key=str)
    found = hidden_places([counts[place] for place in places], at_least=at_least)
    return set(places) if found.total else {places[place] for place in found.places}


def _cuts_beside(asked: Asked, cells: Mapping[Cell, int], hidden: set[object]) -> bool:
    """Whether the choice parts a hidden year from the one beside it, empty years apart."""
    years = sorted({cell.year for cell, n in cells.items() if n and asked.holds(cell, but="year")})
    return any(
        before <= cut < after and not hidden.isdisjoint({before, after})
        for before, after in pairwise(years)
        for cut in asked.cuts
    )
