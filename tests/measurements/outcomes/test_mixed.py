"""The mixed model from sums is the one that statsmodels fits person by person."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from statsmodels.regression.mixed_linear_model import MixedLM

from measurements.outcomes.mixed import Fit, fit, patterns

WAVES = 5
TIMES = np.array(
    [0.0, 0.3, 0.6, 1.0, 3.6]
)  # in tens of weeks: on larger numbers statsmodels doesn't converge
LEVELS = np.ones((WAVES, 1))
SLOPES = np.column_stack([np.ones(WAVES), TIMES])


def persons(n: int, *, seed: int, slope: float = 2.5) -> NDArray[np.float64]:
    """Invented scores with levels and slopes of one's own, and more gaps the later the wave."""
    rng = np.random.default_rng(seed)
    level, own = rng.normal(15, 4, (n, 1)), rng.normal(-3, slope, (n, 1))
    scores: NDArray[np.float64] = level + own * TIMES + rng.normal(0, 2.5, (n, WAVES))
    scores[rng.random((n, WAVES)) < np.array([0.02, 0.1, 0.2, 0.3, 0.4])] = np.nan
    return scores


def person_by_person(scores: NDArray[np.float64], design: NDArray[np.float64]) -> Any:
    """statsmodels' own fit of the same model."""
    who, wave = np.nonzero(~np.isnan(scores))
    model = MixedLM(scores[who, wave], np.eye(WAVES)[wave], groups=who, exog_re=design[wave])
    return model.fit(reml=True)


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize(("name", "design"), [("levels", LEVELS), ("slopes", SLOPES)])
def test_the_fit_is_that_of_statsmodels(name: str, design: NDArray[np.float64], seed: int) -> None:
    scores = persons(250, seed=seed)
    ours, theirs = fit(patterns(scores), design=design), person_by_person(scores, design)

    assert ours.converged
    assert theirs.converged
    assert ours.log_likelihood == pytest.approx(theirs.llf, abs=1e-4)
    assert ours.log_likelihood >= theirs.llf - 1e-6
    np.testing.assert_allclose(ours.means, theirs.fe_params, atol=1e-3)
    np.testing.assert_allclose(ours.random, theirs.cov_re, rtol=2e-3, atol=2e-3)
    assert ours.residual == pytest.approx(theirs.scale, rel=2e-3)
    np.testing.assert_allclose(np.sqrt(np.diag(ours.covariance)), theirs.bse_fe, rtol=5e-3)


def test_without_gaps_the_means_are_the_plain_means() -> None:
    scores = np.nan_to_num(persons(40, seed=4), nan=12.0)
    found = fit(patterns(scores), design=LEVELS)

    np.testing.assert_allclose(found.means, scores.mean(axis=0))


def test_balanced_data_give_the_variances_of_the_analysis_of_variance() -> None:
    """By hand: persons' means 10, 13, 17, so between 2 x 37/3; what is left adds to 4 over 2 degrees, so within 2."""
    scores = np.array([[10.0, 10.0], [14.0, 12.0], [16.0, 18.0]])
    found = fit(patterns(scores), design=np.ones((2, 1)))

    assert found.converged
    assert found.residual == pytest.approx(2, rel=1e-4)
    assert found.random[0, 0] == pytest.approx((74 / 3 - 2) / 2, rel=1e-4)


def test_who_answered_late_lends_her_level_to_the_waves_she_missed() -> None:
    """Those who leave are the worst off: the completers' mean flatters, the model's less so."""
    rng = np.random.default_rng(5)
    level = rng.normal(15, 5, (4000, 1))
    scores = level + np.array([0.0, -3.0]) + rng.normal(0, 2, (4000, 2))
    truth = scores[:, 1].mean()
    scores[scores[:, 0] > 18, 1] = np.nan
    found = fit(patterns(scores), design=np.ones((2, 1)))

    assert np.nanmean(scores[:, 1]) < truth - 1.5
    assert found.means[1] == pytest.approx(truth, abs=0.3)


def test_a_fit_on_the_edge_is_called_not_converged() -> None:
    """Levels that differ less between persons than chance alone would make them: the best variance is 0."""
    scores = np.array([[1.0, 9.0], [9.0, 1.0], [2.0, 8.0], [8.0, 2.0]])

    assert not fit(patterns(scores), design=np.ones((2, 1))).converged


def test_many_persons_cost_no_more_than_their_patterns() -> None:
    found = patterns(persons(20_000, seed=6))

    assert len(found) <= 31
    assert sum(one.n for one in found) == pytest.approx(20_000, abs=20)


def test_order_and_scale_do_not_matter() -> None:
    scores = persons(120, seed=7)
    plain: Fit = fit(patterns(scores), design=LEVELS)
    turned = fit(patterns(scores[::-1]), design=LEVELS)
    larger = fit(patterns(scores * 10 + 3), design=LEVELS)

    np.testing.assert_allclose(turned.means, plain.means)
    np.testing.assert_allclose(larger.means, plain.means * 10 + 3, rtol=1e-6)
    assert larger.residual == pytest.approx(plain.residual * 100, rel=1e-4)


def test_when_nobody_answered_twice_the_fit_says_that_it_did_not_converge() -> None:
    scores = np.full((40, 2), np.nan)
    scores[:20, 0] = np.arange(20.0)
    scores[20:, 1] = np.arange(20.0)
    found = fit(patterns(scores), design=np.ones((2, 1)))

    assert not found.converged
    np.testing.assert_allclose(found.means, [9.5, 9.5])
