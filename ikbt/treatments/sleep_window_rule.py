"""The next sleep window by rule: proposed to the therapist, never set by itself; pure, with the arithmetic shown.

Sleep restriction after Spielman, Saskin and Thorpy (1987): from 85 % efficiency 15 minutes more, under 80 % 15 minutes
less, a floor of five hours, the first window the mean sleep of at least a week. Two things only ever hold or widen it:
sleepiness (KSS from 8) and having nearly dozed off where it is dangerous.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

QUARTER = 15
DAYS_A_WEEK = 7
# Sleep compression, for those for whom restriction is not safe: from the time in bed of now, and so much less a week.
COMPRESSED_A_WEEK = 30


class Step(StrEnum):
    """What the rule proposes, and why."""

    # Nothing to decide yet.
    BASELINE = "baseline"
    EARLY = "early"
    # A window.
    FIRST = "first"
    WIDER = "wider"
    KEEP = "keep"
    NARROWER = "narrower"
    FEW = "few"
    SLEEPY = "sleepy"
    AT_FLOOR = "at_floor"
    AT_CAP = "at_cap"


@dataclass(frozen=True)
class Night:
    """Minutes asleep and in bed of one night that could be computed."""

    asleep: float
    in_bed: float


@dataclass(frozen=True)
class Week:
    """What the diary says; None: not known, which never counts as sleepy.

    Nights and efficiency are of the nights since the window began; sleepiness is of the last seven days.
    """

    nights: int
    efficiency: float | None
    kss: float | None = None
    dozed: bool = False


@dataclass(frozen=True)
class Numbers:
    """The rule's numbers; a unit may set its own."""

    floor: int = 300
    cap: int = 540
    step: int = 15
    widen_from: float = 85
    narrow_under: float = 80
    min_nights: int = 5
    kss_stop: int = 8
    baseline_nights: int = 7


@dataclass(frozen=True)
class Proposal:
    """`minutes` None: nothing to decide yet."""

    step: Step
    minutes: int | None


def is_sleepy(week: Week, numbers: Numbers) -> bool:
    """She has been so sleepy, or has dozed off so nearly, that the window must not get narrower."""
    return week.dozed or (week.kss is not None and week.kss >= numbers.kss_stop)


def first_window(nights: Sequence[Night], week: Week, numbers: Numbers) -> Proposal:
    """The mean time asleep to the nearest quarter, between the floor and the mean time in bed."""
    if len(nights) < numbers.baseline_nights:
        return Proposal(Step.BASELINE, None)
    asleep = sum(night.asleep for night in nights) / len(nights)
    in_bed = sum(night.in_bed for night in nights) / len(nights)
    # Windows go by quarters: the time in bed is rounded down, so that nobody begins with more than she had.
    minutes = min(nearest_quarter(asleep), math.floor(in_bed / QUARTER) * QUARTER)
    minutes = min(max(minutes, numbers.floor), numbers.cap)
    # Starting at all is a narrowing: who is in danger already is not begun with.
    return Proposal(Step.SLEEPY, None) if is_sleepy(week, numbers) else Proposal(Step.FIRST, minutes)


def next_window(minutes: int, week: Week, numbers: Numbers, *, days: int) -> Proposal:
    """From a window that has held for `days`: 15 more, the same, or 15 less."""
    if days < DAYS_A_WEEK:
        return Proposal(Step.EARLY, None)
    if is_sleepy(week, numbers):
        return Proposal(Step.SLEEPY, minutes)
    if week.nights < numbers.min_nights or week.efficiency is None:
        return Proposal(Step.FEW, minutes)
    return by_efficiency(minutes, week.efficiency, numbers)


def by_efficiency(minutes: int, efficiency: float, numbers: Numbers) -> Proposal:
    if efficiency >= numbers.widen_from:
        wider = min(minutes + numbers.step, numbers.cap)
        return Proposal(Step.WIDER, wider) if wider > minutes else Proposal(Step.AT_CAP, minutes)
    if efficiency >= numbers.narrow_under:
        return Proposal(Step.KEEP, minutes)
    narrower = max(minutes - numbers.step, numbers.floor)
    return Proposal(Step.NARROWER, narrower) if narrower < minutes else Proposal(Step.AT_FLOOR, minutes)


def least_compressed(
    window: int | None, mean_in_bed: float | None, numbers: Numbers, *, days: int
) -> int | None:
    """The least minutes in bed of the slow way; None: not known yet. `days`: how long the window will have held.

    The first is the mean time in bed, rounded up to a quarter; after a week or more at most half an hour less.
    """
    if window is not None:
        return max(window - COMPRESSED_A_WEEK, numbers.floor) if days >= DAYS_A_WEEK else window
    if mean_in_bed is None:
        return None
    return min(math.ceil(mean_in_bed / QUARTER) * QUARTER, numbers.cap)


def nearest_quarter(minutes: float) -> int:
    """Half up, as the definition's round15."""
    return math.floor(minutes / QUARTER + 0.5) * QUARTER


def bed_time(rise_minutes: int, window: int) -> int:
    """When to go to bed, in minutes after midnight, for a time to rise."""
    return (rise_minutes - window) % (24 * 60)
