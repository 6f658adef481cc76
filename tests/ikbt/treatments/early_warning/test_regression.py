"""The regression equals statsmodels', stays finite, and can be read weight by weight."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ikbt.treatments.early_warning.regression import Weights, chance, fit, log_odds, weights_from

NAMES = ("a", "b")


def rows(n: int, seed: int = 1) -> tuple[list[list[float]], list[bool]]:
    """Values and outcomes that follow 0.5 + 1.2 a - 0.7 b on the log odds."""
    made = random.Random(seed)
    values = [[made.gauss(0, 1), made.gauss(2, 3)] for _ in range(n)]
    return values, [made.random() < chance(0.5 + 1.2 * a - 0.7 * b) for a, b in values]


def plain(found: Weights) -> tuple[float, list[float]]:
    """Intercept and weights on the values as they are, not standardised."""
    weights = [weight / sd for weight, sd in zip(found.weights, found.sds, strict=True)]
    return found.intercept - sum(w * m for w, m in zip(weights, found.means, strict=True)), weights


def test_without_a_ridge_it_is_statsmodels_logit() -> None:
    import statsmodels.api as sm

    values, failed = rows(400)
    theirs = sm.Logit([float(one) for one in failed], sm.add_constant(values)).fit(disp=False).params

    intercept, weights = plain(fit(values, failed, NAMES, ridge=0.0))

    assert [intercept, *weights] == pytest.approx(list(theirs), abs=1e-7)


def test_the_ridge_is_the_penalised_likelihoods_maximum() -> None:
    """No step aside makes sum(log likelihood) - ridge/2 |w|^2 larger."""
    values, failed = rows(120, seed=2)
    found = fit(values, failed, NAMES, ridge=1.0)

    def goal(intercept: float, weights: Sequence[float]) -> float:
        from math import log

        tried = Weights(found.names, found.means, found.sds, tuple(weights), intercept)
        sure = sum(
            log(tried.chance(row) if one else 1 - tried.chance(row))
            for row, one in zip(values, failed, strict=True)
        )
        return sure - 0.5 * sum(weight**2 for weight in weights)

    best = goal(found.intercept, found.weights)
    for step in (1e-3, -1e-3):
        assert goal(found.intercept + step, found.weights) < best
        assert goal(found.intercept, [found.weights[0] + step, found.weights[1]]) < best
        assert goal(found.intercept, [found.weights[0], found.weights[1] + step]) < best


def test_perfectly_separated_outcomes_give_finite_weights() -> None:
    found = fit([[x, 1.0] for x in range(20)], [x > 9 for x in range(20)], NAMES)

    assert 0 < found.weights[0] < 50
    assert found.weights[1] == 0, "what never varies says nothing"


def test_parts_add_up_to_the_chance() -> None:
    values, failed = rows(200)
    found = fit(values, failed, NAMES)

    assert chance(found.intercept + sum(found.parts(values[0]).values())) == found.chance(values[0])


def test_weights_come_back_from_json() -> None:
    import json

    found = fit(*rows(50), NAMES)

    assert weights_from(json.loads(json.dumps(found.as_dict()))) == found


@settings(max_examples=100, deadline=None)
@given(st.floats(-700, 700))
def test_a_chance_is_between_none_and_sure(odds: float) -> None:
    assert 0 <= chance(odds) <= 1


@given(st.floats(0.001, 0.999))
def test_log_odds_are_the_inverse(share: float) -> None:
    assert chance(log_odds(share)) == pytest.approx(share)
