"""Pure: holds simulated courses against figures from outside and our own; the table of docs/simulation.md."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ikbt.demo.simulation import MODULES, Course, simulate

# Percentage points that a simulated figure may lie from the one it is held against.
TOLERANCE = 5.0
# How many treatments the table and its test simulate, and from which seed on.
SAMPLE, FIRST_SEED = 2000, 0
HUS = "Published: HUS, Finland, routine care, a mean of 65 % of sessions; 65 to 75 % is our range"
INTERNETPSYKIATRI = "Published: Internetpsykiatri 2022, depression"
OURS = "Our planning figure, not published"


@dataclass(frozen=True)
class Figure:
    """A figure in per cent (a range where that is what is known), its source, and what the simulation
    gave."""

    name: str
    expected: tuple[float, float]
    source: str
    simulated: float

    @property
    def difference(self) -> float:
        """Percentage points outside the expected range; 0 inside it."""
        low, high = self.expected
        return max(0.0, self.simulated - high) + min(0.0, self.simulated - low)

    @property
    def within(self) -> bool:
        """Close enough."""
        return abs(self.difference) <= TOLERANCE


def sample(size: int = SAMPLE) -> list[Course]:
    """The simulated treatments that figures are counted from."""
    return [simulate(FIRST_SEED + number) for number in range(size)]


def figures(courses: Sequence[Course], *, modules: int = MODULES) -> list[Figure]:
    """The figures of a set of courses, in per cent."""
    items = [answers[8] for answers in _weekly(courses)]
    return [
        Figure("Modules handed in, of all ten", (65, 75), HUS, handed_in(courses, modules)),
        Figure("Weekly questionnaires answered, weeks 2 and 3", (80, 80), OURS, answered(courses, slice(2))),
        Figure(
            "Weekly questionnaires answered, last two weeks",
            (65, 65),
            OURS,
            answered(courses, slice(-2, None)),
        ),
        Figure("Watch answers a week (PHQ-9 item 9 is 1)", (8, 8), OURS, _share_of(items, {1})),
        Figure("High answers a week (PHQ-9 item 9 is 2 or 3)", (1, 1), OURS, _share_of(items, {2, 3})),
        Figure(
            "Considerably improved (PHQ-9 at least 40 % lower)",
            (44, 44),
            INTERNETPSYKIATRI,
            improved(courses),
        ),
    ]


def handed_in(courses: Sequence[Course], modules: int) -> float:
    """Mean per cent of all modules that were handed in."""
    return 100 * sum(course.modules_done for course in courses) / (modules * len(courses))


def answered(courses: Sequence[Course], weeks: slice) -> float:
    """Per cent of the weekly questionnaires that were answered, in some of the weeks from week two on."""
    asked = [week for course in courses for week in course.weeks[1:][weeks]]
    return _share([week.phq9 is not None for week in asked])


def improved(courses: Sequence[Course]) -> float:
    """Per cent of those with a post score whose PHQ-9 fell by at least 40 %; raises ValueError without
    any."""
    pairs = [(sum(course.pre), sum(course.post)) for course in courses if course.post is not None]
    return _share([before > 0 and (before - after) / before >= 0.4 for before, after in pairs])


def markdown(found: Sequence[Figure]) -> str:
    """The table of docs/simulation.md."""
    lines = ["| Figure | Expected | Simulated | Difference | Source |", "| --- | --: | --: | --: | --- |"]
    for one in found:
        low, high = one.expected
        expected = f"{low:.0f} %" if low == high else f"{low:.0f} to {high:.0f} %"
        cells = [one.name, expected, f"{one.simulated:.1f} %", f"{one.difference + 0.0:+.1f}", one.source]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def _weekly(courses: Sequence[Course]) -> list[tuple[int, ...]]:
    return [week.phq9 for course in courses for week in course.weeks if week.phq9 is not None]


def _share_of(values: Sequence[int], wanted: set[int]) -> float:
    return _share([value in wanted for value in values])


def _share(flags: Sequence[bool]) -> float:
    if not flags:
        raise ValueError("There is nothing to count.")
    return 100 * sum(flags) / len(flags)
