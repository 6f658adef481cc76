"""Pure: fits and reads a logistic regression with a ridge; every weight can be read and said aloud.

Newton's method on the penalised likelihood (Hastie, Tibshirani & Friedman 2009, 4.4 and 18.4). The tests hold it to
statsmodels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import exp, log
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Penalty on each standardised weight, not on the intercept: keeps weights finite when a few rows separate perfectly.
RIDGE = 1.0
STEPS = 50
CLOSE = 1e-10


@dataclass(frozen=True)
class Weights:
    """A fitted regression. A value is first standardised: (value - mean) / sd."""

    names: tuple[str, ...]
    means: tuple[float, ...]
    sds: tuple[float, ...]
    weights: tuple[float, ...]
    intercept: float
    # Chances at or above this count as "may need more support".
    threshold: float = 0.5

    def parts(self, values: Sequence[float]) -> dict[str, float]:
        """What each value adds to the log odds, compared with the average treatment."""
        return {
            name: weight * (value - mean) / sd
            for name, weight, value, mean, sd in zip(
                self.names, self.weights, values, self.means, self.sds, strict=True
            )
        }

    def chance(self, values: Sequence[float]) -> float:
        """The chance of failure, 0 to 1."""
        return chance(self.intercept + sum(self.parts(values).values()))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return asdict(self)


def weights_from(data: Mapping[str, Any]) -> Weights:
    """What `as_dict` gave, also after JSON."""
    return Weights(
        names=tuple(data["names"]),
        means=tuple(data["means"]),
        sds=tuple(data["sds"]),
        weights=tuple(data["weights"]),
        intercept=data["intercept"],
        threshold=data["threshold"],
    )


def chance(log_odds: float) -> float:
    """1 / (1 + e^-x), also far out."""
    return 1 / (1 + exp(-log_odds)) if log_odds >= 0 else exp(log_odds) / (1 + exp(log_odds))


def log_odds(share: float) -> float:
    """The inverse; 0 and 1 are taken as next to it."""
    inside = min(max(share, 1e-6), 1 - 1e-6)
    return log(inside / (1 - inside))


def fit(
    rows: Sequence[Sequence[float]], failed: Sequence[bool], names: Sequence[str], *, ridge: float = RIDGE
) -> Weights:
    """Weights of a regression of `failed` on rows of values in the order of `names`; both outcomes must occur."""
    import numpy as np

    given, truth = np.asarray(rows, dtype=float), np.asarray(failed, dtype=float)
    means, sds = given.mean(axis=0), given.std(axis=0)
    sds[sds == 0] = 1.0  # what never varies gets no weight, and must not divide by nothing
    found = _newton(np.column_stack([np.ones(len(given)), (given - means) / sds]), truth, ridge)
    return Weights(
        names=tuple(names),
        means=tuple(map(float, means)),
        sds=tuple(map(float, sds)),
        weights=tuple(map(float, found[1:])),
        intercept=float(found[0]),
    )


def _newton(design: NDArray[np.float64], truth: NDArray[np.float64], ridge: float) -> NDArray[np.float64]:
    import numpy as np

    found = np.zeros(design.shape[1])
    penalty = np.diag([0.0, *[ridge] * (design.shape[1] - 1)])
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-np.clip(design @ found, -500, 500)))
        gradient = design.T @ (truth - share) - penalty @ found
        curvature = (design.T * (share * (1 - share))) @ design + penalty
        step = np.linalg.solve(curvature + CLOSE * np.eye(len(found)), gradient)
        found = found + step
        if float(np.abs(step).max()) < CLOSE:
            break
    return found
