"""Counts outcomes in three populations side by side: all who started, completers, and the worst case.

All: everybody with a first score; the last recorded score stands for the end, her first where no later one is.
Completers: those with a score at the end (and `completed` yes, where the table says).
Worst case: all again, a missing end counted as not improved. Deterioration has none: counting the missing as not worse
would flatter, as worse would frighten; both would be guesses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from measurements.effect_sizes import rate
from measurements.outcomes.changing import Outcome, Scores, outcomes, pair_outcomes
from measurements.outcomes.figures import Apart, PairFigures, Rates, Share
from measurements.outcomes.measure import Measure
from measurements.outcomes.table import Table
from measurements.talking_therapies import ANXIETY

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
GAD7 = "gad-7"
PHQ = "phq-9"
NO_WORST_CASE = frozenset({"reliable_deterioration"})
REMISSION, RECOVERY = "remission", "recovery"
# Populations that hold each other, the wider one first.
BESIDE = (("all", "completers"), ("worst_case", "completers"), ("all", "worst_case"))


@dataclass(frozen=True)
class Course:
    """Which places of the waves are the course: from baseline to end, both included."""

    baseline: int
    end: int

    def of(self, scores: Numbers) -> Numbers:
        """The scores of the course."""
        return scores[:, self.baseline : self.end + 1]


def share(count: int, n: int) -> Share:
    """count of n with its Wilson interval."""
    found = rate(count, n)
    return Share(count, n, found.p, found.wilson95) if found else Share(0, 0)


def first_recorded(course: Numbers) -> Numbers:
    """Each person's first score; NaN where there is none."""
    return _recorded(course, np.argmax(~np.isnan(course), axis=1))


def last_recorded(course: Numbers) -> Numbers:
    """Each person's last score; NaN where there is none."""
    backwards = np.argmax(~np.isnan(course[:, ::-1]), axis=1)
    return _recorded(course, course.shape[1] - 1 - backwards)


def _recorded(course: Numbers, places: NDArray[np.intp]) -> Numbers:
    found: Numbers = np.take_along_axis(course, places[:, None], axis=1)[:, 0]
    return found


@dataclass(frozen=True)
class Populations:
    """Who the three populations are. `ended`: of whom the worst case knows the end."""

    everybody: Flags
    completers: Flags
    started: Flags
    ended: Flags


@dataclass(frozen=True)
class Counted:
    """The rates, and of how many persons one of them tells more than others."""

    rates: Rates
    apart: Apart


def instrument_rates(measure: Measure, scores: Numbers, course: Course, completed: Numbers | None) -> Counted:
    """Rate -> population -> share for one instrument (persons x waves)."""
    own = course.of(scores)
    first, end = own[:, 0], own[:, -1]
    started, ended = ~np.isnan(first), ~np.isnan(end)
    found = _side_by_side(
        lambda last: outcomes(measure, first, last),
        last_recorded(own),
        end,
        Populations(started, started & _completers(ended, completed), started, started & ended),
    )
    # Remission and recovery are one question where remission is not being a case: of others, and of cases.
    return found if measure.remission is None else Counted(found.rates, _of_one_rate(found.apart))


def pair_figures(table: Table, course: Course) -> PairFigures | None:
    """The Talking Therapies figures; None without PHQ-9 or any anxiety measure.

    A person's pair is PHQ-9 and the measure of her problem where that has two recorded scores, else GAD-7. Here "all"
    are those with two recorded scores of both, as the rules say of finished courses; the worst case is of everybody
    with a first score of both.
    """
    named = [key for key in ANXIETY if key in table.scores and key != GAD7]
    named += [GAD7] if GAD7 in table.scores else []
    if PHQ not in table.scores or not named:
        return None
    phq9 = course.of(table.scores[PHQ])
    anxiety, case, change = _own_anxiety(table, course, named)
    first = [first_recorded(phq9), first_recorded(anxiety)]
    last = [last_recorded(phq9), last_recorded(anxiety)]
    end = [phq9[:, -1], anxiety[:, -1]]
    started = ~np.isnan(first[0]) & ~np.isnan(first[1])
    paired = _twice(phq9) & _twice(anxiety)
    ended = ~np.isnan(end[0]) & ~np.isnan(end[1]) & paired

    def read(later: Numbers) -> Mapping[str, Outcome]:
        return pair_outcomes(first[0], later[:, 0], Scores(first[1], later[:, 1], case, change))

    # With one score alone, first and last are the same and the end is no second measurement.
    at_end = np.where(paired[:, None], np.column_stack(end), np.nan)
    whom = Populations(paired, _completers(ended, table.completed), started, ended)
    found = _side_by_side(read, np.column_stack(last), at_end, whom)
    cases = started & ((first[0] >= 10) | (first[1] >= case))
    return PairFigures(", else ".join(named), int(started.sum()), int(cases.sum()), found.rates, found.apart)


def _own_anxiety(table: Table, course: Course, named: list[str]) -> tuple[Numbers, Numbers, Numbers]:
    """Each person's anxiety scores over the course, with the thresholds of the measure they are of."""
    chosen = course.of(table.scores[named[-1]]).copy()
    case = np.full(len(chosen), float(ANXIETY[named[-1]].case))
    change = np.full(len(chosen), float(ANXIETY[named[-1]].reliable_change))
    for key in reversed(named[:-1]):
        own = course.of(table.scores[key])
        rows = _twice(own)
        chosen[rows], case[rows], change[rows] = own[rows], ANXIETY[key].case, ANXIETY[key].reliable_change
    return chosen, case, change


def _twice(course: Numbers) -> Flags:
    found: Flags = (~np.isnan(course)).sum(axis=1) >= 2
    return found


def _completers(ended: Flags, completed: Numbers | None) -> Flags:
    return ended if completed is None else ended & (completed == 1)


def _side_by_side(
    read: Callable[[Numbers], Mapping[str, Outcome]], last: Numbers, end: Numbers, whom: Populations
) -> Counted:
    carried, strict = read(last), read(end)
    rates = {
        key: {
            "all": _share(carried[key], whom.everybody),
            "completers": _share(strict[key], whom.completers),
            **({} if key in NO_WORST_CASE else {"worst_case": _share(strict[key], whom.started)}),
        }
        for key in carried
    }
    return Counted(rates, dict(_apart({key: one.asked for key, one in carried.items()}, whom)))


def _apart(asked: Mapping[str, Flags], whom: Populations) -> Iterator[tuple[tuple[str, str, str, str], int]]:
    """By how many persons two populations of a rate differ, and remission from recovery in each of those."""
    known = {"all": whom.everybody, "worst_case": whom.ended, "completers": whom.completers}
    for key, own in asked.items():
        for one, other in BESIDE:
            if key not in NO_WORST_CASE or "worst_case" not in {one, other}:
                yield (key, one, key, other), int((own & known[one] & ~known[other]).sum())
    if not {REMISSION, RECOVERY} <= asked.keys():
        return
    others = asked[REMISSION] & ~asked[RECOVERY]
    for one, population in known.items():
        yield (REMISSION, one, RECOVERY, one), int((others & population).sum())
    for one, other in BESIDE:
        yield (REMISSION, one, RECOVERY, other), int((others & known[one] & ~known[other]).sum())


def _of_one_rate(apart: Apart) -> Apart:
    return {key: n for key, n in apart.items() if key[0] == key[2]}


def _share(outcome: Outcome, population: Flags) -> Share:
    asked = outcome.asked & population
    return share(int((outcome.holds & asked).sum()), int(asked.sum()))
