"""Effect sizes and shares with their uncertainty: Hedges' g within and between groups, Wilson intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import mean, stdev

Z_95 = 1.959963984540054  # the normal distribution's 97.5 % point

Interval = tuple[float, float]


@dataclass(frozen=True)
class BetweenGroups:
    """Hedges' g between two groups: (mean 1 - mean 2) / pooled SD, corrected for small samples by J."""

    pooled_sd: float
    d: float
    correction: float
    g: float
    se: float
    ci95: Interval


@dataclass(frozen=True)
class WithinGroup:
    """Hedges' g from pre to post in the same persons, in SDs at pre; positive when scores fell."""

    n: int
    mean_pre: float
    mean_post: float
    sd_pre: float
    r: float
    d: float
    g: float
    se: float
    ci95: Interval


@dataclass(frozen=True)
class Rate:
    """A share with its 95 % Wilson interval."""

    p: float
    wilson95: Interval


class TooFewError(ValueError):
    """Too few persons, or no spread among them, for an effect size."""


def small_sample_correction(degrees_of_freedom: int) -> float:
    """Hedges' J = 1 - 3 / (4 df - 1)."""
    return 1 - 3 / (4 * degrees_of_freedom - 1)


def hedges_g_between(*, n1: int, m1: float, sd1: float, n2: int, m2: float, sd2: float) -> BetweenGroups:
    """g between two independent groups from sizes, means and SDs; raises TooFewError under two persons."""
    if n1 < 2 or n2 < 2 or not (sd1 or sd2):
        raise TooFewError("each group needs two persons, and there must be some spread")
    freedom = n1 + n2 - 2
    pooled = sqrt(((n1 - 1) * sd1**2 + (n2 - 1) * sd2**2) / freedom)
    d = (m1 - m2) / pooled
    correction = small_sample_correction(freedom)
    g = correction * d
    se = sqrt((n1 + n2) / (n1 * n2) + g**2 / (2 * (n1 + n2)))
    return BetweenGroups(pooled, d, correction, g, se, (g - Z_95 * se, g + Z_95 * se))


def hedges_g_within(pre: Sequence[float], post: Sequence[float]) -> WithinGroup:
    """g from pre to post, paired by place; SE = sqrt(2 (1 - r) / n + g^2 / (2 n)).

    Raises TooFewError under three pairs or where either wave has no spread, ValueError when lengths differ.
    """
    if len(pre) != len(post):
        raise ValueError("pre and post must be paired")
    n = len(pre)
    if n < 3 or len(set(pre)) == 1 or len(set(post)) == 1:
        raise TooFewError("three pairs and some spread at both waves are needed")
    return within_group(
        n=n, mean_pre=mean(pre), mean_post=mean(post), sd_pre=stdev(pre), r=_correlation(pre, post)
    )


def within_group(*, n: int, mean_pre: float, mean_post: float, sd_pre: float, r: float) -> WithinGroup:
    """g from what is known of n pairs: means, the SD at pre, and the correlation r of pre and post.

    Raises TooFewError under three pairs or without spread at pre.
    """
    if n < 3 or not sd_pre > 0:
        raise TooFewError("three pairs and some spread at pre are needed")
    d = (mean_pre - mean_post) / sd_pre
    g = small_sample_correction(n - 1) * d
    se = sqrt(2 * (1 - r) / n + g**2 / (2 * n))
    return WithinGroup(n, mean_pre, mean_post, sd_pre, r, d, g, se, (g - Z_95 * se, g + Z_95 * se))


def rate(count: int, n: int) -> Rate | None:
    """The share count / n with its Wilson interval; None of nobody."""
    if n == 0:
        return None
    p = count / n
    spread = Z_95**2 / n
    middle = (p + spread / 2) / (1 + spread)
    half = Z_95 * sqrt(p * (1 - p) / n + spread / (4 * n)) / (1 + spread)
    # Held inside 0 to 1: at 0 of n the sum misses 0 by a rounding error.
    return Rate(p, (max(0.0, middle - half), min(1.0, middle + half)))


def _correlation(pre: Sequence[float], post: Sequence[float]) -> float:
    mean_pre, mean_post = mean(pre), mean(post)
    together = sum((a - mean_pre) * (b - mean_post) for a, b in zip(pre, post, strict=True))
    return together / ((len(pre) - 1) * stdev(pre) * stdev(post))
