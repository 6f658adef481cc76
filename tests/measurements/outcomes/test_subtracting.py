"""Whoever subtracts the lines of a report from each other learns nothing of few: tried by linear algebra."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import combinations

import numpy as np
import pytest

from measurements.outcomes.figures import Share
from measurements.outcomes.reporting import outcome_report, read_rows

AT_LEAST = 5
# Persons of a group who are counted alike: case at the start or not, and how the course ended.
COMPLETED, STAYED, CARRIED = "completed", "has an end, not completed", "no end"
ENDS = (COMPLETED, STAYED, CARRIED)
POPULATIONS = {
    "all": ENDS,
    "completers": (COMPLETED,),
    # A missing end is counted as not improved: those without one add nothing.
    "worst_case": (COMPLETED, STAYED),
}
Cell = tuple[str, bool, str]  # group, case, end


def persons(seed: int) -> dict[Cell, int]:
    """How many there are of each kind; often few."""
    made = random.Random(seed)
    few = [0, 0, 1, 2, 3, 4, 6, 9, 14, 25]
    return {
        (group, is_case, end): made.choice(few)
        for group in ("north", "south", "west")
        for is_case in (True, False)
        for end in ENDS
    }


def rows(cells: Mapping[Cell, int]) -> Iterator[dict[str, object]]:
    for (group, is_case, end), n in cells.items():
        for number in range(n):
            own = {
                "person": f"{group} {is_case} {end} {number}",
                "group": group,
                "instrument": "phq-9",
                "completed": "yes" if end == COMPLETED else "no",
            }
            first = 14 if is_case else 8
            waves = [("pre", 0, first), ("week 2", 14, first - 6), ("post", 70, first - 7)]
            for wave, days, score in waves:
                yield {
                    **own,
                    "wave": wave,
                    "days": days,
                    "score": None if end == CARRIED and wave == "post" else score,
                }


def told(cells: Mapping[Cell, int], rates: Mapping[str, tuple[bool, ...]]) -> list[list[float]]:
    """Each count that the report shows, as the cells it adds up. `rates`: which cases each rate is of."""
    report = outcome_report(read_rows(rows(cells)), by="group", at_least=AT_LEAST, model=False)
    order, found = list(cells), []
    for group in (report.total, *report.groups):
        for rate, whose in rates.items():
            shares: Mapping[str, Share] = group.instruments[0].rates[rate] if group.instruments else {}
            for population, share in shares.items():
                if share.n is not None:
                    found.append(
                        [
                            float(
                                group.name in {"", name}
                                and is_case in whose
                                and end in POPULATIONS[population]
                            )
                            for name, is_case, end in order
                        ]
                    )
    return found


def asked(cells: Mapping[Cell, int]) -> Iterator[tuple[list[float], int]]:
    """Everything that is of some kinds of persons, in one group or in all, with how many they are."""
    kinds = [(is_case, end) for is_case in (True, False) for end in ENDS]
    for group in ("", "north", "south", "west"):
        for size in range(1, 6):
            for some in combinations(kinds, size):
                wanted = [group in {"", name} and (is_case, end) in some for name, is_case, end in cells]
                n = sum(count for count, one in zip(cells.values(), wanted, strict=True) if one)
                yield [float(one) for one in wanted], n


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize(
    "rates",
    [
        {"remission": (True, False), "recovery": (True,)},
        {"reliable_improvement": (True, False)},
        {"reliable_recovery": (True,)},
    ],
    ids=lambda rates: ", ".join(rates),
)
def test_nothing_of_few_follows_from_what_is_shown(seed: int, rates: dict[str, tuple[bool, ...]]) -> None:
    cells = {cell: n for cell, n in persons(seed).items() if n}
    shown = np.array(told(cells, rates)).reshape(-1, len(cells))
    rank = np.linalg.matrix_rank(shown) if len(shown) else 0

    for wanted, n in asked(cells):
        if 0 < n < AT_LEAST and any(wanted):
            follows = len(shown) and np.linalg.matrix_rank(np.vstack([shown, wanted])) == rank
            assert not follows, f"of {n} persons"
