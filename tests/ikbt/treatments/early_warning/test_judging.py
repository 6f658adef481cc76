"""Accuracy, its interval and calibration, against counts by hand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ikbt.treatments.early_warning.judging import best_threshold, judge


def test_counts_by_hand() -> None:
    """Of 4 that failed 3 were pointed out; of 6 that did not, 4 were not."""
    chances = [0.9, 0.8, 0.7, 0.2, 0.6, 0.55, 0.4, 0.3, 0.1, 0.1]
    failed = [True] * 4 + [False] * 6

    found = judge(chances, failed, threshold=0.5)

    assert (found.n, found.failed) == (10, 4)
    assert found.sensitivity == 0.75
    assert found.specificity == pytest.approx(4 / 6)
    assert found.balanced_accuracy == pytest.approx((0.75 + 4 / 6) / 2)
    # Wilson: 3 of 4 is 0.3006 to 0.9544, 4 of 6 is 0.3000 to 0.9032; halves of the root of the summed squares.
    assert found.ci95 == pytest.approx((0.4177, 0.8649), abs=2e-3)
    assert found.brier == pytest.approx(sum((c - f) ** 2 for c, f in zip(chances, failed, strict=True)) / 10)
    assert found.expected_over_observed == pytest.approx(sum(chances) / 4)


def test_fifths_hold_all_and_are_in_order() -> None:
    chances = [place / 100 for place in range(1, 100)]
    found = judge(chances, [place % 3 == 0 for place in range(99)], threshold=0.5)

    assert sum(one.n for one in found.fifths) == 99
    assert [one.forecast for one in found.fifths] == sorted(one.forecast for one in found.fifths)


def test_forecasts_that_are_too_extreme_have_a_slope_below_one() -> None:
    chances = [0.99] * 10 + [0.01] * 10
    failed = [True] * 7 + [False] * 3 + [False] * 7 + [True] * 3

    assert 0 < judge(chances, failed, threshold=0.5).slope < 0.5


def test_the_best_threshold_is_found_by_trying_all() -> None:
    chances = [0.1, 0.2, 0.3, 0.35, 0.5, 0.6, 0.8]
    failed = [False, False, True, False, True, True, True]

    assert best_threshold(chances, failed) == 0.5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=4, max_size=40))
def test_no_other_threshold_is_better(pairs: list[tuple[float, bool]]) -> None:
    chances, failed = [c for c, _ in pairs], [f for _, f in pairs]
    if len(set(failed)) < 2:
        return
    best = judge(chances, failed, threshold=best_threshold(chances, failed)).balanced_accuracy

    assert all(judge(chances, failed, threshold=one).balanced_accuracy <= best + 1e-12 for one in chances)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=4, max_size=40))
def test_the_interval_holds_the_accuracy_inside_0_to_1(pairs: list[tuple[float, bool]]) -> None:
    chances, failed = [c for c, _ in pairs], [f for _, f in pairs]
    if len(set(failed)) < 2:
        return
    found = judge(chances, failed, threshold=0.5)

    assert 0 <= found.ci95[0] <= found.balanced_accuracy <= found.ci95[1] <= 1
