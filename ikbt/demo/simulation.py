"""Pure: simulates one patient's course - improvement or not, answering, working, stopping - from a seed.

The parameters are ours; what they are held against is in docs/simulation.md, and a test keeps 2,000 simulated
treatments within 5 points of the published figures named there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp
from random import Random

WEEKS, MODULES = 12, 10
# How readily each PHQ-9 item is endorsed, items 1 to 8: tiredness and sleep most, restlessness least.
WEIGHTS = (1.1, 1.15, 1.2, 1.4, 0.85, 1.15, 0.9, 0.45)
ANXIETY_WEIGHTS = (1.1, 1.15, 1.2, 1.1, 0.8, 1.0, 0.7)


@dataclass(frozen=True)
class Pattern:
    """A kind of course: how common, and what share of the first score is left at the end (mean, spread)."""

    name: str
    share: float
    left_mean: float
    left_spread: float


PATTERNS = (
    Pattern("early improvement", 0.27, 0.38, 0.10),
    Pattern("gradual improvement", 0.32, 0.60, 0.12),
    Pattern("little change", 0.34, 0.88, 0.09),
    Pattern("deterioration", 0.07, 1.28, 0.12),
)
# Share of treatments that stop working before the last module, and how the stopping is spread over the weeks.
STOPS = 0.60
# Weekly answering of a treatment that goes on, first and last week, and after the patient has stopped
# working.
ANSWERS_FIRST, ANSWERS_LAST, ANSWERS_STOPPED = 0.835, 0.83, 0.47
# One patient in five carries thoughts of death as a part of her depression; others answer above 0 very
# seldom.
VULNERABLE, WATCH_IF_VULNERABLE, WATCH_IF_NOT, HIGH_OF_WATCH = 0.20, 0.36, 0.022, 0.11


@dataclass(frozen=True)
class Week:
    """One week: PHQ-9 answers (None: not answered), GAD-7 answers where asked, and whether a module was
    handed in."""

    number: int
    phq9: tuple[int, ...] | None
    gad7: tuple[int, ...] | None
    handed_in: bool


@dataclass(frozen=True)
class Course:
    """A whole simulated course. `pre` and `post` are PHQ-9 answers; `stopped_after` is the last week of
    work or None."""

    pattern: str
    pre: tuple[int, ...]
    pre_gad7: tuple[int, ...]
    post: tuple[int, ...] | None
    post_gad7: tuple[int, ...] | None
    weeks: tuple[Week, ...]
    stopped_after: int | None

    @property
    def modules_done(self) -> int:
        """Modules handed in."""
        return sum(week.handed_in for week in self.weeks)


@dataclass
class _Illness:
    """How a depression runs: `first` points at the start, of which the share `left` remains after `weeks`."""

    chance: Random
    first: float
    left: float
    speed: float
    vulnerable: bool
    anxiety: float
    weeks: int

    def level(self, week: float) -> float:
        # An exponential approach to what is left, scaled so that it is reached at the last week.
        gone = (1 - exp(-self.speed * week)) / (1 - exp(-self.speed * self.weeks))
        return self.first * (1 - (1 - self.left) * gone)

    def phq9(self, week: float) -> tuple[int, ...]:
        level = self.level(week)
        return (*_items(self.chance, level, WEIGHTS), _item_nine(self.chance, self.vulnerable, level))

    def gad7(self, week: float) -> tuple[int, ...]:
        return _items(self.chance, self.level(week) * self.anxiety * 7 / 8, ANXIETY_WEIGHTS)


def simulate(seed: int, *, weeks: int = WEEKS, modules: int = MODULES) -> Course:
    """One course, the same for the same seed."""
    chance = Random(seed)
    pattern = chance.choices(PATTERNS, [one.share for one in PATTERNS])[0]
    illness = _Illness(
        chance,
        first=min(24.0, max(8.0, chance.gauss(14.5, 3.6))),
        left=max(0.05, chance.gauss(pattern.left_mean, pattern.left_spread)),
        speed=0.34 if pattern.name == "early improvement" else 0.17,
        vulnerable=chance.random() < VULNERABLE,
        anxiety=chance.uniform(0.55, 1.0),
        weeks=weeks,
    )
    stopped = _stops(chance, pattern, weeks)
    found = _weeks(illness, stopped, modules)
    has_post = chance.random() < (0.88 if stopped is None else 0.45)
    return Course(
        pattern=pattern.name,
        pre=illness.phq9(0),
        pre_gad7=illness.gad7(0),
        post=illness.phq9(weeks) if has_post else None,
        post_gad7=illness.gad7(weeks) if has_post else None,
        weeks=tuple(found),
        stopped_after=stopped,
    )


def _weeks(illness: _Illness, stopped: int | None, modules: int) -> list[Week]:
    """Week by week: at work until she stops, at a pace of her own, answering most weeks."""
    chance, pace, done, found = illness.chance, illness.chance.uniform(0.86, 1.0), 0, []
    for week in range(1, illness.weeks + 1):
        going = stopped is None or week <= stopped
        handed_in = going and done < modules and chance.random() < pace
        done += handed_in
        answers = week > 1 and chance.random() < _answering(week, illness.weeks, going)
        phq9 = illness.phq9(week - 1) if answers else None
        gad7 = illness.gad7(week - 1) if answers and week == illness.weeks // 2 else None
        found.append(Week(week, phq9, gad7, handed_in))
    return found


def _stops(chance: Random, pattern: Pattern, weeks: int) -> int | None:
    """The last week of work for those who stop: sooner for those who do not feel better."""
    likely = STOPS + {"little change": 0.08, "deterioration": 0.12}.get(pattern.name, -0.05)
    if chance.random() >= likely:
        return None
    return min(weeks - 1, 1 + int(chance.betavariate(1.15, 1.55) * weeks))


def _answering(week: int, weeks: int, going: bool) -> float:
    if not going:
        return ANSWERS_STOPPED
    return ANSWERS_FIRST + (ANSWERS_LAST - ANSWERS_FIRST) * (week - 2) / max(1, weeks - 2)


def _items(chance: Random, total: float, weights: tuple[float, ...]) -> tuple[int, ...]:
    """Answers of 0 to 3 whose sum lies near `total`."""
    scale = total / sum(weights)
    return tuple(min(3, max(0, round(weight * scale + chance.gauss(0, 0.42)))) for weight in weights)


def _item_nine(chance: Random, vulnerable: bool, level: float) -> int:
    """Thoughts of death: commoner in the vulnerable and while the depression is deep."""
    likely = (WATCH_IF_VULNERABLE if vulnerable else WATCH_IF_NOT) * min(1.6, level / 11)
    if chance.random() >= likely:
        return 0
    return 1 if chance.random() >= HIGH_OF_WATCH else chance.choice((2, 2, 3))
