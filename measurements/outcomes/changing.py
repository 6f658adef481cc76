"""Decides for many persons at once what a change means, by the same rules as `change` and `talking_therapies`.

Columns in, columns of yes and no out; scores are NaN where unanswered, and NaN never answers yes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measurements.outcomes.measure import Measure
from measurements.scoring import DECIMALS
from measurements.talking_therapies import PHQ9, Threshold

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Outcome:
    """One question: who could be asked it (by the first score), and for whom it is so."""

    asked: Flags
    holds: Flags


def improvements(measure: Measure, first: Numbers, last: Numbers) -> Numbers:
    """Points of improvement per person, negative when worse."""
    points: Numbers = (first - last) if measure.higher_is_worse else (last - first)
    return np.round(points, DECIMALS)


def outcomes(measure: Measure, first: Numbers, last: Numbers) -> Mapping[str, Outcome]:
    """Rate -> outcome of one measure. What the measure has no published number for is left out.

    Response asks who began above 0; recovery and reliable recovery ask who was a case at first; remission and reliable
    change ask everybody. Remission is by its own limit, else not being a case.
    """
    points, everybody = improvements(measure, first, last), ~np.isnan(first)
    ended = everybody & ~np.isnan(last)
    found = {}
    asked = everybody & (first != 0)
    share = np.divide(points, first, out=np.zeros_like(points), where=asked)
    found["response"] = Outcome(asked, asked & (share >= measure.response_share))
    limit = measure.remission
    if limit is not None:
        found["remission"] = Outcome(everybody, ended & limit.holds(last))
    elif measure.case is not None:
        found["remission"] = Outcome(everybody, ended & ~measure.case.holds(last))
    reliable = measure.reliable_change
    better = points >= reliable if reliable is not None else None
    if measure.case is not None:
        cases = measure.case.holds(first) & everybody
        recovered = cases & ended & ~measure.case.holds(last)
        found["recovery"] = Outcome(cases, recovered)
        if better is not None:
            found["reliable_recovery"] = Outcome(cases, recovered & better)
    if better is not None and reliable is not None:
        found["reliable_improvement"] = Outcome(everybody, better)
        found["reliable_deterioration"] = Outcome(everybody, -points >= reliable)
    return found


@dataclass(frozen=True)
class Scores:
    """First and last scores of one measure, per person, with its thresholds (a number or a column of them)."""

    first: Numbers
    last: Numbers
    case: Numbers
    reliable_change: Numbers

    @classmethod
    def of(cls, threshold: Threshold, first: Numbers, last: Numbers) -> Scores:
        """With one threshold for everybody."""
        whole = np.ones_like(first)
        return cls(first, last, whole * threshold.case, whole * threshold.reliable_change)

    def directions(self) -> NDArray[np.int8]:
        """1 for a reliable fall, -1 for a reliable rise, else 0."""
        fall = np.round(self.first - self.last, DECIMALS)
        better, worse = fall >= self.reliable_change, -fall >= self.reliable_change
        return better.astype(np.int8) - worse.astype(np.int8)


def pair_outcomes(phq9_first: Numbers, phq9_last: Numbers, anxiety: Scores) -> Mapping[str, Outcome]:
    """Rate -> outcome of PHQ-9 with an anxiety measure; `talking_therapies.pair_outcome` for many.

    Where a last score is NaN nothing holds; where a first score is NaN nobody is asked.
    """
    depression = Scores.of(PHQ9, phq9_first, phq9_last)
    everybody = ~np.isnan(depression.first) & ~np.isnan(anxiety.first)
    ended = everybody & ~np.isnan(depression.last) & ~np.isnan(anxiety.last)
    start = (depression.first >= depression.case) | (anxiety.first >= anxiety.case)
    end = (depression.last >= depression.case) | (anxiety.last >= anxiety.case)
    one, other = depression.directions(), anxiety.directions()
    better = ended & ((one > 0) | (other > 0)) & (one >= 0) & (other >= 0)
    worse = ended & ((one < 0) | (other < 0)) & (one <= 0) & (other <= 0)
    cases = everybody & start
    recovered = cases & ended & ~end
    return {
        "recovery": Outcome(cases, recovered),
        "reliable_improvement": Outcome(everybody, better),
        "reliable_recovery": Outcome(cases, recovered & better),
        "reliable_deterioration": Outcome(everybody, worse),
    }
