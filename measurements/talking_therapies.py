"""Decides recovery and reliable improvement for a pair of measures, by the NHS Talking Therapies rules.

The pair is PHQ-9 and the anxiety measure of the problem (GAD-7 where none is named). Source: the manual's
table of case thresholds and reliable changes, and the national glossary for first and last recorded scores.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Threshold:
    """From which score a person is a case, and how many points are a reliable change."""

    case: float
    reliable_change: float


PHQ9 = Threshold(10, 6)

# Instrument id -> threshold. "oci" is the 42-item form, "mobility" the Mobility Inventory's mean.
ANXIETY: Mapping[str, Threshold] = {
    "gad-7": Threshold(8, 4),
    "spin": Threshold(19, 10),
    "pdss-sr": Threshold(8, 5),
    "oci": Threshold(40, 32),
    "shai-14": Threshold(18, 4),
    "ies-r": Threshold(33, 9),
    "pcl-5": Threshold(32, 10),
    "mobility": Threshold(2.3, 0.73),
}


@dataclass(frozen=True)
class PairOutcome:
    """The outcome of one finished course. Opposite reliable changes count as no reliable change."""

    case_at_start: bool
    case_at_end: bool
    recovery: bool
    reliable_improvement: bool
    reliable_deterioration: bool
    no_reliable_change: bool
    reliable_recovery: bool
    in_recovery_denominator: bool

    def as_dict(self) -> dict[str, bool]:
        """The outcome with the keys of the published vectors."""
        return asdict(self)


def pair_outcome(
    *,
    phq9_first: float,
    phq9_last: float,
    anxiety_first: float,
    anxiety_last: float,
    anxiety_measure: str = "gad-7",
) -> PairOutcome:
    """The outcome from first and last recorded scores. Raises KeyError for a measure without thresholds."""
    anxiety = ANXIETY[anxiety_measure]
    start = phq9_first >= PHQ9.case or anxiety_first >= anxiety.case
    end = phq9_last >= PHQ9.case or anxiety_last >= anxiety.case
    changes = (_direction(PHQ9, phq9_first, phq9_last), _direction(anxiety, anxiety_first, anxiety_last))
    better = 1 in changes and -1 not in changes
    worse = -1 in changes and 1 not in changes
    recovery = start and not end
    return PairOutcome(
        case_at_start=start,
        case_at_end=end,
        recovery=recovery,
        reliable_improvement=better,
        reliable_deterioration=worse,
        no_reliable_change=not better and not worse,
        reliable_recovery=recovery and better,
        in_recovery_denominator=start,
    )


def course_outcome(
    phq9: Sequence[float | None], anxiety: Sequence[float | None], *, anxiety_measure: str = "gad-7"
) -> PairOutcome | None:
    """The outcome of two series (None where unanswered); None unless each holds two recorded scores."""
    phq9_scores = [value for value in phq9 if value is not None]
    anxiety_scores = [value for value in anxiety if value is not None]
    if len(phq9_scores) < 2 or len(anxiety_scores) < 2:
        return None
    return pair_outcome(
        phq9_first=phq9_scores[0],
        phq9_last=phq9_scores[-1],
        anxiety_first=anxiety_scores[0],
        anxiety_last=anxiety_scores[-1],
        anxiety_measure=anxiety_measure,
    )


def _direction(threshold: Threshold, first: float, last: float) -> int:
    """1 for a reliable fall, -1 for a reliable rise, else 0."""
    # Rounded, since 2.3 - 1.57 in binary falls just short of the Mobility Inventory's 0.73.
    fall = round(first - last, 6)
    if fall >= threshold.reliable_change:
        return 1
    return -1 if -fall >= threshold.reliable_change else 0
