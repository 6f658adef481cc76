"""Decides what a change of score means: reliable change, response, remission, the Jacobson-Truax categories.

Every function takes totals as whole points, first the earlier (baseline), then the later. "Better" follows
the instrument: lower for PHQ-9, higher for BBQ. None means that the question has no answer, never "no".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from measurements.instrument import Instrument
from measurements.scoring import DECIMALS

RELIABLE_FROM = 1.96  # as printed by Jacobson & Truax; thresholds in use are built on it


class ReliableChange(StrEnum):
    """Change beyond what the instrument's own error explains."""

    IMPROVED = "improved"
    DETERIORATED = "deteriorated"
    UNCHANGED = "unchanged"


class JacobsonTruax(StrEnum):
    """Recovered: reliable and across the cut-off. Improved: reliable only."""

    RECOVERED = "recovered"
    IMPROVED = "improved"
    UNCHANGED = "unchanged"
    DETERIORATED = "deteriorated"


class NoMeasurementError(ValueError):
    """The reliability is 1 or the standard deviation 0, so any change would be infinitely reliable."""


def improvement(instrument: Instrument, baseline: float, later: float) -> float:
    """Points of improvement; negative when worse."""
    # Rounded: the difference of two prorated totals may fall a hair short of whole points in binary.
    return round(baseline - later if instrument.higher_is_worse else later - baseline, DECIMALS)


def reliable_change(instrument: Instrument, baseline: float, later: float) -> ReliableChange | None:
    """Whether the change reaches the instrument's published reliable change; None where none is published."""
    if instrument.reliable_change is None:
        return None
    points = improvement(instrument, baseline, later)
    if points >= instrument.reliable_change.points:
        return ReliableChange.IMPROVED
    if -points >= instrument.reliable_change.points:
        return ReliableChange.DETERIORATED
    return ReliableChange.UNCHANGED


def improved_share(instrument: Instrument, baseline: float, later: float) -> float | None:
    """The improvement as a share of the baseline (0.5 is half); None when the baseline is 0."""
    return improvement(instrument, baseline, later) / baseline if baseline else None


def has_responded(instrument: Instrument, baseline: float, later: float) -> bool | None:
    """Response: better by half, or the share published for the instrument; None when the baseline is 0."""
    share = improved_share(instrument, baseline, later)
    return None if share is None else share >= instrument.response_share


def is_considerably_improved(
    instrument: Instrument, baseline: float, later: float, *, share: float = 0.4
) -> bool | None:
    """The service's goal: better by 40 %, unless the unit follows 30 %; None when the baseline is 0."""
    found = improved_share(instrument, baseline, later)
    return None if found is None else found >= share


def is_case(instrument: Instrument, total: float) -> bool | None:
    """Whether a total is on the clinical side of the cut-off; None where the instrument has none."""
    return None if instrument.cut_off is None else bool(instrument.cut_off.holds(total))


def is_in_remission(instrument: Instrument, total: float) -> bool | None:
    """By the published limit for remission (ISI below 8), else by not being a case; None without either."""
    if instrument.remission is not None:
        return bool(instrument.remission.holds(total))
    case = is_case(instrument, total)
    return None if case is None else not case


@dataclass(frozen=True)
class ChangeIndex:
    """Jacobson & Truax (1991): error of measurement, error of a difference, the index, and it in points."""

    sem: float
    sdiff: float
    rci: float
    rci_points: float
    category: JacobsonTruax


def jacobson_truax(
    *,
    sd_pre: float,
    reliability: float,
    pre: float,
    post: float,
    cutoff: float,
    higher_is_better: bool = False,
) -> ChangeIndex:
    """The reliable change index and category of one change.

    SEM = SD x sqrt(1 - r), Sdiff = sqrt(2) x SEM, RCI = (post - pre) / Sdiff, reliable from 1.96. Crossing
    the cut-off is leaving its clinical side, which includes the cut-off when higher is worse. Raises
    NoMeasurementError when Sdiff is 0.
    """
    sem = sd_pre * sqrt(1 - reliability)
    sdiff = sqrt(2) * sem
    if sdiff == 0:
        raise NoMeasurementError("sdiff_zero")
    rci = (post - pre) / sdiff
    better = rci if higher_is_better else -rci
    crossed = pre < cutoff <= post if higher_is_better else post < cutoff <= pre
    return ChangeIndex(sem, sdiff, rci, RELIABLE_FROM * sdiff, _category(better, crossed))


def _category(better: float, crossed: bool) -> JacobsonTruax:
    if better >= RELIABLE_FROM:
        return JacobsonTruax.RECOVERED if crossed else JacobsonTruax.IMPROVED
    return JacobsonTruax.DETERIORATED if better <= -RELIABLE_FROM else JacobsonTruax.UNCHANGED


@dataclass(frozen=True)
class CutOffs:
    """Jacobson & Truax's three cut-offs between a functional and a dysfunctional population."""

    a: float
    b: float
    c: float


def cut_offs(
    *, mean_functional: float, sd_functional: float, mean_dysfunctional: float, sd_dysfunctional: float
) -> CutOffs:
    """a: 2 SD from the dysfunctional mean; b: 2 SD from the functional; c: between, weighted by the SDs."""
    toward = 1 if mean_functional > mean_dysfunctional else -1
    spread = sd_functional + sd_dysfunctional
    return CutOffs(
        a=mean_dysfunctional + toward * 2 * sd_dysfunctional,
        b=mean_functional - toward * 2 * sd_functional,
        c=(sd_functional * mean_dysfunctional + sd_dysfunctional * mean_functional) / spread,
    )


def carried_forward(series: Sequence[float | None]) -> list[float | None]:
    """Last observation carried forward, for sensitivity only; before the first answer it stays missing."""
    carried: list[float | None] = []
    for value in series:
        carried.append(value if value is not None or not carried else carried[-1])
    return carried
