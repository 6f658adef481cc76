"""Pure: decides where the marks of a service's plots stand, in whole units of an SVG view box."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from measurements.outcomes.figures import Wave

WIDTH, HEIGHT = 360, 260
LEFT, RIGHT, TOP, BOTTOM = 40, 350, 14, 216
Z_95, Z_998 = 1.959963984540054, 3.090232306167813
# More steps than a phone has points would be drawn on top of each other.
STEPS = 60
MOST_TICKS = 6


class Tick(NamedTuple):
    """A number beside an axis."""

    place: int
    text: str


@dataclass(frozen=True)
class Scale:
    """From a value to a place; `low` stands at `start`."""

    low: float
    high: float
    start: int
    end: int

    def at(self, value: float) -> int:
        """The place of a value, kept inside the axis."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return round(self.start + share * (self.end - self.start))

    def ticks(self) -> list[Tick]:
        """Some round values along the axis."""
        step = _round_step((self.high - self.low) / (MOST_TICKS - 1))
        first = -(-self.low // step) * step
        count = int((self.high - first) / step + 1e-9) + 1
        return [Tick(self.at(first + n * step), f"{first + n * step:g}") for n in range(count)]


def _round_step(rough: float) -> float:
    size = 1.0
    while size * 10 <= rough:
        size *= 10
    while size > rough:
        size /= 10
    return next(step * size for step in (1, 2, 5, 10) if step * size >= rough)


class Mean(NamedTuple):
    """A wave's mean with its 95 % interval, and how many it is of."""

    x: int
    y: int
    low: int
    high: int
    wave: str
    n: int


@dataclass(frozen=True)
class MeansPlot:
    """Means by wave, equally far apart; `line` joins them."""

    means: list[Mean]
    line: str
    ticks: list[Tick]


def means_plot(waves: Sequence[Wave], *, lowest: float, highest: float) -> MeansPlot | None:
    """None where no wave may be shown. A wave whose figures are hidden leaves a gap in the row and none in the line."""
    shown = [(place, wave) for place, wave in enumerate(waves) if wave.mean is not None and wave.n]
    if not shown:
        return None
    axis = Scale(lowest, highest, BOTTOM, TOP)
    across = Scale(0, max(len(waves) - 1, 1), LEFT + 16, RIGHT - 16)
    means = []
    for place, wave in shown:
        mean, n = wave.mean or 0.0, wave.n or 1
        half = Z_95 * (wave.sd or 0.0) / sqrt(n)
        means.append(
            Mean(across.at(place), axis.at(mean), axis.at(mean - half), axis.at(mean + half), wave.wave, n)
        )
    return MeansPlot(means, " ".join(f"{one.x},{one.y}" for one in means), axis.ticks())


class Dot(NamedTuple):
    """Treatments with the same scores before and after."""

    x: int
    y: int
    r: int


@dataclass(frozen=True)
class ScatterPlot:
    """Before (across) and after (up); on `diagonal` nothing changed, beyond `better` and `worse` it did reliably."""

    dots: list[Dot]
    diagonal: str
    better: str
    worse: str
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def scatter_plot(
    pairs: Sequence[tuple[float, float]], *, lowest: float, highest: float, reliable: float | None
) -> ScatterPlot:
    """Each treatment's first and last score; dots grow with the number that share a place."""
    across, up = Scale(lowest, highest, LEFT, RIGHT), Scale(lowest, highest, BOTTOM, TOP)
    counted = Counter((round(pre), round(post)) for pre, post in pairs)
    dots = [
        Dot(across.at(pre), up.at(post), min(9, round(1 + 1.6 * sqrt(n))))
        for (pre, post), n in counted.items()
    ]

    def line(shift: float) -> str:
        low, high = max(lowest, lowest - shift), min(highest, highest - shift)
        return f"M{across.at(low)} {up.at(low + shift)}L{across.at(high)} {up.at(high + shift)}"

    return ScatterPlot(
        dots,
        line(0),
        line(-reliable) if reliable else "",
        line(reliable) if reliable else "",
        across.ticks(),
        up.ticks(),
    )


class Step(NamedTuple):
    """Some treatments of alike change, from the most improved."""

    x: int
    y: int
    width: int
    height: int
    is_better: bool


@dataclass(frozen=True)
class WaterfallPlot:
    """Change in per cent of the start, sorted; `zero` is the line of no change."""

    steps: list[Step]
    zero: int
    ticks: list[Tick]


def waterfall_plot(changes: Sequence[float]) -> WaterfallPlot:
    """Changes as shares (0.5 is better by half); beyond 100 % either way they are drawn at the edge."""
    axis = Scale(-100, 100, BOTTOM, TOP)
    ordered = sorted(changes, reverse=True)
    count = min(STEPS, len(ordered))
    ends = [round(len(ordered) * place / count) for place in range(count + 1)]
    across = Scale(0, count, LEFT, RIGHT)
    steps = []
    for place in range(count):
        part = ordered[ends[place] : ends[place + 1]]
        y, zero = axis.at(100 * sum(part) / len(part)), axis.at(0)
        x = across.at(place)
        steps.append(
            Step(x, min(y, zero), max(1, across.at(place + 1) - x - 1), max(1, abs(zero - y)), y <= zero)
        )
    return WaterfallPlot(steps, axis.at(0), axis.ticks())


class Part(NamedTuple):
    """One outcome's piece of a bar; `n` None: hidden together with another."""

    outcome: str
    x: int
    width: int
    n: int | None


class Place(NamedTuple):
    """A unit in the funnel."""

    x: int
    y: int
    name: str
    n: int
    share: float


@dataclass(frozen=True)
class FunnelPlot:
    """Units' shares by their size; between `inner` lies what 95 in 100 would show by chance, `outer` 99.8."""

    places: list[Place]
    common: int
    share: float
    inner: tuple[str, str]
    outer: tuple[str, str]
    x_ticks: list[Tick]
    y_ticks: list[Tick]


def funnel_plot(units: Sequence[tuple[str, int, int]]) -> FunnelPlot | None:
    """(name, count, n) of each unit that may be shown; None under two. Limits: the common share +- z x its SE at n.

    Source: Spiegelhalter, Statistics in Medicine 2005;24:1185.
    """
    shown = [(name, count, n) for name, count, n in units if n]
    if len(shown) < 2:
        return None
    total = sum(n for _name, _count, n in shown)
    share = sum(count for _name, count, _n in shown) / total
    most = max(n for _name, _count, n in shown)
    across, up = Scale(0, most * 1.1, LEFT, RIGHT), Scale(0, 100, BOTTOM, TOP)

    def limit(z: float) -> str:
        sizes = [most * 1.1 * place / 40 for place in range(1, 41)]
        return " ".join(
            f"{across.at(n)},{up.at(100 * (share + z * sqrt(share * (1 - share) / n)))}" for n in sizes
        )

    return FunnelPlot(
        [Place(across.at(n), up.at(100 * count / n), name, n, count / n) for name, count, n in shown],
        up.at(100 * share),
        share,
        (limit(-Z_95), limit(Z_95)),
        (limit(-Z_998), limit(Z_998)),
        across.ticks(),
        up.ticks(),
    )


def bar(counts: Sequence[tuple[str, int | None]], *, of: int) -> list[Part]:
    """Pieces side by side; hidden ones (None) share what is left over, in one piece called "hidden"."""
    across = Scale(0, of, LEFT, RIGHT)
    parts, passed = [], 0
    for outcome, count in counts:
        if count:
            parts.append(
                Part(outcome, across.at(passed), across.at(passed + count) - across.at(passed), count)
            )
            passed += count
    if passed < of:
        parts.append(Part("hidden", across.at(passed), across.at(of) - across.at(passed), None))
    return parts
