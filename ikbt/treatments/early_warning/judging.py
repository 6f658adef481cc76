"""Pure: decides how good a forecast has been on treatments it had not seen.

Balanced accuracy is the mean of two independent shares; its interval is put together from their Wilson intervals (Zou &
Donner, Stat Med 2008;27:1693). Calibration by fifths, in the large and by slope (Van Calster et al., BMC Med
2019;17:230).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

from ikbt.treatments.early_warning.regression import fit, log_odds
from measurements.effect_sizes import Interval, rate

# Below this a forecast was found to be of no use to clinicians (Forsell et al. 2022).
USEFUL_FROM = 0.67
CHANCE = 0.5
GROUPS = 5


@dataclass(frozen=True)
class Fifth:
    """Treatments with alike forecasts: how many, the mean forecast, and the share that failed."""

    n: int
    forecast: float
    failed: float


@dataclass(frozen=True)
class Judgement:
    """How forecasts compared with what came. `slope` 1 and `expected_over_observed` 1 would be perfect."""

    n: int
    failed: int
    sensitivity: float
    specificity: float
    balanced_accuracy: float
    ci95: Interval
    brier: float
    expected_over_observed: float
    slope: float
    fifths: tuple[Fifth, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def is_better_than_chance(judgement: Mapping[str, Any] | None) -> bool:
    """The whole interval of a stored judgement lies above a coin's; no judgement is no better."""
    return judgement is not None and judgement["ci95"][0] > CHANCE


def is_useful(judgement: Mapping[str, Any] | None) -> bool:
    """The whole interval of a stored judgement lies where such forecasts have been found useful."""
    return judgement is not None and judgement["ci95"][0] >= USEFUL_FROM


def judge(chances: Sequence[float], failed: Sequence[bool], *, threshold: float) -> Judgement:
    """Compare forecasts with outcomes; both outcomes must occur."""
    ill = [chance >= threshold for chance, one in zip(chances, failed, strict=True) if one]
    well = [chance < threshold for chance, one in zip(chances, failed, strict=True) if not one]
    sensitivity, specificity = sum(ill) / len(ill), sum(well) / len(well)
    pairs = list(zip(chances, map(float, failed), strict=True))
    return Judgement(
        n=len(pairs),
        failed=len(ill),
        sensitivity=sensitivity,
        specificity=specificity,
        balanced_accuracy=(sensitivity + specificity) / 2,
        ci95=_of_mean((sum(ill), len(ill)), (sum(well), len(well))),
        brier=sum((chance - one) ** 2 for chance, one in pairs) / len(pairs),
        expected_over_observed=sum(chances) / len(ill),
        slope=_slope(chances, failed),
        fifths=tuple(_fifths(pairs)),
    )


def best_threshold(chances: Sequence[float], failed: Sequence[bool]) -> float:
    """The chance from which balanced accuracy is highest on these treatments; of equals the lowest."""
    ill, well = sum(failed), len(failed) - sum(failed)
    best, found, before = -1.0, 0.5, -1.0
    caught, spared = ill, 0
    for chance, one in sorted(zip(chances, failed, strict=True)):
        accuracy = caught / ill + spared / well
        # Equal forecasts fall on one side together.
        if accuracy > best and chance != before:
            best, found = accuracy, chance
        before = chance
        caught, spared = (caught - 1, spared) if one else (caught, spared + 1)
    return found


def _of_mean(*counts: tuple[int, int]) -> Interval:
    shares = [hits / n for hits, n in counts]
    wilson = [found.wilson95 for hits, n in counts if (found := rate(hits, n)) is not None]
    middle = sum(shares) / len(shares)
    below = sqrt(sum((share - low) ** 2 for share, (low, _high) in zip(shares, wilson, strict=True)))
    above = sqrt(sum((high - share) ** 2 for share, (_low, high) in zip(shares, wilson, strict=True)))
    return (max(0.0, middle - below / len(shares)), min(1.0, middle + above / len(shares)))


def _slope(chances: Sequence[float], failed: Sequence[bool]) -> float:
    """How steeply outcomes follow the forecasts' log odds; below 1 the forecasts are too extreme."""
    fitted = fit([[log_odds(chance)] for chance in chances], failed, ["log_odds"], ridge=0.0)
    return fitted.weights[0] / fitted.sds[0]


def _fifths(pairs: Sequence[tuple[float, float]]) -> list[Fifth]:
    ordered = sorted(pairs)
    ends = [round(len(ordered) * place / GROUPS) for place in range(GROUPS + 1)]
    parts = [ordered[start:end] for start, end in pairwise(ends)]
    return [
        Fifth(len(part), sum(c for c, _ in part) / len(part), sum(o for _, o in part) / len(part))
        for part in parts
        if part
    ]
