"""The shapes of an outcome report: what each figure is of, and of how many. None means hidden or not computable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from measurements.effect_sizes import Interval

RATES = (
    "response",
    "remission",
    "recovery",
    "reliable_improvement",
    "reliable_recovery",
    "reliable_deterioration",
)
# The populations that stand side by side, in this order; docs/outcomes.md defines them.
POPULATIONS = ("all", "completers", "worst_case")


@dataclass(frozen=True)
class Effect:
    """Hedges' g from baseline, in baseline SDs, positive when better; of the n who have both scores."""

    n: int
    g: float
    se: float
    ci95: Interval
    r: float


@dataclass(frozen=True)
class Wave:
    """One wave: `n` answered, `share` of those who started; mean and SD in points; the median day from start."""

    wave: str
    days: float | None
    n: int | None
    share: float | None = None
    mean: float | None = None
    sd: float | None = None
    effect: Effect | None = None


@dataclass(frozen=True)
class Share:
    """`count` of `n`, as a share with its 95 % Wilson interval. `n` is None when the share is hidden."""

    count: int | None
    n: int | None
    p: float | None = None
    ci95: Interval | None = None


@dataclass(frozen=True)
class ModelWave:
    """What the mixed model says of one wave: the mean, and the change from baseline (positive when better)."""

    wave: str
    n: int
    mean: float
    mean_se: float
    improvement: float | None = None
    improvement_se: float | None = None
    ci95: Interval | None = None
    effect: float | None = None


@dataclass(frozen=True)
class Model:
    """A fitted mixed model: its random effects, whether it converged, and how it was reached (`note`)."""

    random_effects: str
    converged: bool
    persons: int
    observations: int
    waves: tuple[ModelWave, ...]
    residual_sd: float
    random_sd: tuple[float, ...]
    note: str = ""


Rates = Mapping[str, Mapping[str, Share]]  # rate -> population -> share
# (rate, population, other rate, other population) -> of how many persons one printed share tells more than others.
Apart = Mapping[tuple[str, str, str, str], int]


@dataclass(frozen=True)
class InstrumentFigures:
    """One instrument in one group. `started`: how many have a score at baseline.

    `apart` is for deciding what may be shown, and empty in what is.
    """

    instrument: str
    started: int | None
    waves: tuple[Wave, ...]
    rates: Rates
    model: Model | None = None
    apart: Apart = field(default_factory=dict)


@dataclass(frozen=True)
class PairFigures:
    """PHQ-9 with one anxiety measure, by the Talking Therapies rules; first and last recorded scores."""

    anxiety_measure: str
    started: int | None
    cases_at_start: int | None
    rates: Rates
    apart: Apart = field(default_factory=dict)


@dataclass(frozen=True)
class Spread:
    """Median and quartiles of the n who have a value."""

    n: int | None
    median: float | None
    quartiles: Interval | None


@dataclass(frozen=True)
class GroupFigures:
    """Everything about one group; `persons` is None, and the rest empty, when the group is hidden."""

    name: str
    persons: int | None
    instruments: tuple[InstrumentFigures, ...] = ()
    pair: PairFigures | None = None
    completed: Share | None = None
    days_to_start: Spread | None = None


@dataclass(frozen=True)
class Report:
    """The whole report. `groups` is empty when nothing was asked by group."""

    baseline: str
    end: str
    by: str
    at_least: int
    total: GroupFigures
    groups: tuple[GroupFigures, ...] = ()
    notes: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """The report as plain values, ready for JSON."""
        return _without_apart(asdict(self))


def _without_apart(values: dict[str, Any]) -> dict[str, Any]:
    for group in (values["total"], *values["groups"]):
        for one in (*group["instruments"], *([group["pair"]] if group["pair"] else [])):
            del one["apart"]
    return values
