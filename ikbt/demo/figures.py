"""Pure: holds simulated courses against published figures; the table of docs/simulation.md comes from here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ikbt.demo.simulation import Course

# Percentage points that a simulated figure may lie from its published one.
TOLERANCE = 5.0


@dataclass(frozen=True)
class Figure:
    """A published figure in per cent (a range where the sources give one) and what the simulation gave."""

    name: str
    published: tuple[float, float]
    source: str
    simulated: float

    @property
    def difference(self) -> float:
        """Points outside the published range; 0 inside it."""
        low, high = self.published
        return self.simulated - high if self.simulated > high else min(0.0, self.simulated - low)

    @property
    def within(self) -> bool:
        """Close enough to the published figure."""
        return abs(self.difference) <= TOLERANCE


def figures(courses: Sequence[Course], *, modules: int = 10) -> list[Figure]:
    """The figures of a set of courses, in per cent."""
    answered = [[week.phq9 is not None for week in course.weeks if week.number > 1] for course in courses]
    early = _share([flag for flags in answered for flag in flags[:2]])
    late = _share([flag for flags in answered for flag in flags[-2:]])
    items = [week.phq9[8] for course in courses for week in course.weeks if week.phq9 is not None]
    done = [course.modules_done / modules for course in courses]
    return [
        Figure("modules handed in, of all", (65, 75), "HUS routine care: mean 65 % of sessions", 100 * _mean(done)),
        Figure("weekly answers, weeks 2-3", (80, 80), "issue: 80 % at the start", early),
        Figure("weekly answers, last two weeks", (65, 65), "issue: falling to 65 %", late),
        Figure("watch answers (item 9 = 1) a week", (8, 8), "issue: 8 % a week", _share([item == 1 for item in items])),
        Figure("high answers (item 9 of 2 or 3) a week", (1, 1), "issue: 1 % a week", _share([i > 1 for i in items])),
        Figure("considerably improved (at least 40 %)", (44, 44), "Internetpsykiatri 2022, depression", improved(courses)),
    ]


def improved(courses: Sequence[Course]) -> float:
    """Per cent of those with a post score whose PHQ-9 fell by at least 40 %."""
    pairs = [(sum(course.pre), sum(course.post)) for course in courses if course.post is not None]
    return _share([before > 0 and (before - after) / before >= 0.4 for before, after in pairs])


def _share(flags: Sequence[bool]) -> float:
    return 100 * sum(flags) / len(flags)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
