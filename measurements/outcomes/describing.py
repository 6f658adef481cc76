"""Decides what is said of one group: scores by wave, rates, the mixed model, completion and waiting."""

from __future__ import annotations

from math import sqrt

import numpy as np
from numpy.typing import NDArray

from measurements.effect_sizes import Z_95, TooFewError, within_group
from measurements.outcomes.counting import Course, instrument_rates, pair_figures, share
from measurements.outcomes.figures import (
    Effect,
    GroupFigures,
    InstrumentFigures,
    Model,
    ModelWave,
    Share,
    Spread,
    Wave,
)
from measurements.outcomes.measure import Measure
from measurements.outcomes.mixed import Fit, Pattern, fit, patterns
from measurements.outcomes.table import Table

Numbers = NDArray[np.float64]
DAYS_IN_WEEK = 7
LEAST_FOR_MODEL = 10
SLOPES, LEVELS = "intercept and slope", "intercept"


def group_figures(table: Table, course: Course, *, name: str, model: bool = True) -> GroupFigures:
    """Everything about the persons of a table. Nothing is hidden here: `hiding` does that to the whole report."""
    return GroupFigures(
        name=name,
        persons=len(table.persons),
        instruments=tuple(_instrument(table, key, course, model=model) for key in sorted(table.scores)),
        pair=pair_figures(table, course),
        completed=_completed(table.completed),
        days_to_start=_spread(table.days_to_start),
    )


def _instrument(table: Table, key: str, course: Course, *, model: bool) -> InstrumentFigures:
    measure, scores = table.measures[key], table.scores[key]
    started = int((~np.isnan(scores[:, course.baseline])).sum())
    counted = instrument_rates(measure, scores, course, table.completed)
    return InstrumentFigures(
        instrument=key,
        started=started,
        waves=tuple(
            _wave(table, measure, scores, place, course, started)
            for place in range(len(table.waves))
            if not np.isnan(scores[:, place]).all()
        ),
        rates=counted.rates,
        model=_model(table, measure, scores, course) if model else None,
        apart=counted.apart,
    )


def _wave(table: Table, measure: Measure, scores: Numbers, place: int, course: Course, started: int) -> Wave:
    values = scores[~np.isnan(scores[:, place]), place]
    # The share is of those who started: an answer at a later wave from somebody without a baseline is none of it.
    both = ~np.isnan(scores[:, course.baseline]) & ~np.isnan(scores[:, place])
    return Wave(
        wave=table.waves[place],
        days=table.days[place],
        n=len(values),
        share=int(both.sum()) / started if started else None,
        mean=float(values.mean()),
        sd=float(values.std(ddof=1)) if len(values) > 1 else None,
        effect=_effect(measure, scores[both, course.baseline], scores[both, place])
        if place > course.baseline
        else None,
    )


def _effect(measure: Measure, pre: Numbers, post: Numbers) -> Effect | None:
    """Hedges' g of those with both scores, turned so that better is positive; None of too few or without spread."""
    if len(pre) < 3 or pre.std() == 0 or post.std() == 0:
        return None
    sign = 1 if measure.higher_is_worse else -1
    try:
        found = within_group(
            n=len(pre),
            mean_pre=sign * float(pre.mean()),
            mean_post=sign * float(post.mean()),
            sd_pre=float(pre.std(ddof=1)),
            r=float(np.corrcoef(pre, post)[0, 1]),
        )
    except TooFewError:
        return None
    return Effect(found.n, found.g, found.se, found.ci95, found.r)


def _completed(completed: Numbers | None) -> Share | None:
    if completed is None:
        return None
    known = completed[~np.isnan(completed)]
    return share(int(known.sum()), len(known))


def _spread(days: Numbers | None) -> Spread | None:
    if days is None:
        return None
    known = days[~np.isnan(days)]
    if not len(known):
        return Spread(0, None, None)
    low, middle, high = (float(one) for one in np.quantile(known, [0.25, 0.5, 0.75]))
    return Spread(len(known), middle, (low, high))


def _model(table: Table, measure: Measure, scores: Numbers, course: Course) -> Model | None:
    """The mixed model from baseline on; None of one wave, of few answers at baseline, or without any spread."""
    answered = (~np.isnan(scores)).sum(axis=0)
    used = _modelled(answered, course)
    if len(used) < 2 or np.nanstd(scores[:, used]) == 0:
        return None
    groups = patterns(scores[:, used])
    weeks = (np.array([table.days[place] for place in used]) - table.days[used[0]]) / DAYS_IN_WEEK
    found, random, note = _best_fit(groups, weeks)
    baseline_sd = float(np.nanstd(scores[:, course.baseline], ddof=1))
    return Model(
        random_effects=random,
        converged=found.converged,
        persons=sum(one.n for one in groups),
        observations=sum(one.n * len(one.seen) for one in groups),
        waves=tuple(
            _model_wave(table.waves[place], int(answered[place]), at, found, measure, baseline_sd)
            for at, place in enumerate(used)
        ),
        residual_sd=sqrt(found.residual),
        random_sd=tuple(sqrt(one) for one in np.diag(found.random)),
        note=note,
    )


def _modelled(answered: NDArray[np.intp], course: Course) -> list[int]:
    """The waves from baseline on that enough answered; none where too few answered at baseline itself."""
    enough = [place for place in range(course.baseline, len(answered)) if answered[place] >= LEAST_FOR_MODEL]
    return enough if enough[:1] == [course.baseline] else []


def _best_fit(groups: list[Pattern], weeks: Numbers) -> tuple[Fit, str, str]:
    """Random intercept and slope where that converges, else random intercept alone; its name, and what to know of it.

    Two waves can't tell slopes from error.
    """
    design = np.column_stack([np.ones(len(weeks)), weeks])
    notes = []
    if len(weeks) > 2 and np.ptp(weeks) > 0:
        found = fit(groups, design=design)
        if found.converged:
            return found, SLOPES, ""
        notes.append("With random slopes the fit did not converge; slopes are left out.")
    found = fit(groups, design=design[:, :1])
    if not found.converged:
        notes.append("The fit did not converge: its standard errors can't be trusted.")
    return found, LEVELS, " ".join(notes)


def _model_wave(name: str, n: int, at: int, found: Fit, measure: Measure, baseline_sd: float) -> ModelWave:
    mean, mean_se = float(found.means[at]), sqrt(found.covariance[at, at])
    if at == 0:
        return ModelWave(name, n, mean, mean_se)
    better = (float(found.means[0]) - mean) * (1 if measure.higher_is_worse else -1)
    cov = found.covariance
    se = sqrt(cov[0, 0] + cov[at, at] - 2 * cov[0, at])
    return ModelWave(
        name,
        n,
        mean,
        mean_se,
        improvement=better,
        improvement_se=se,
        ci95=(better - Z_95 * se, better + Z_95 * se),
        effect=better / baseline_sd if baseline_sd else None,
    )
