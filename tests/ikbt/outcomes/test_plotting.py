"""Marks of a service's plots stand where the figures say, and never outside the view box."""

from __future__ import annotations

import re
from itertools import pairwise
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.outcomes.plotting import (
    BOTTOM,
    LEFT,
    RIGHT,
    STEPS,
    TOP,
    Scale,
    bar,
    funnel_plot,
    means_plot,
    scatter_plot,
    waterfall_plot,
)
from measurements.outcomes.figures import Wave

scores = st.floats(0, 27)


def across(x: int) -> bool:
    return LEFT <= x <= RIGHT


def upright(y: int) -> bool:
    return TOP <= y <= BOTTOM


def points(line: str) -> list[tuple[int, int]]:
    return [(int(x), int(y)) for x, y in re.findall(r"(-?\d+)[ ,](-?\d+)", line)]


def test_a_scale_goes_from_its_start_to_its_end_and_no_further() -> None:
    up = Scale(0, 27, 216, 14)

    assert (up.at(0), up.at(27), up.at(13.5)) == (216, 14, 115)
    assert (up.at(-5), up.at(99)) == (216, 14)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 27, ["0", "10", "20"]),
        (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (-100, 100, ["-100", "-50", "0", "50", "100"]),
        (7, 21, ["10", "15", "20"]),
        (0, 1, ["0", "0.2", "0.4", "0.6", "0.8", "1"]),
    ],
)
def test_ticks_are_round(low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in Scale(low, high, LEFT, RIGHT).ticks()] == texts


@given(st.floats(-1000, 1000), st.floats(0.01, 5000))
def test_ticks_are_few_and_on_the_axis(low: float, width: float) -> None:
    ticks = Scale(low, low + width, LEFT, RIGHT).ticks()

    assert 1 <= len(ticks) <= 6
    assert all(across(tick.place) for tick in ticks)


def test_a_mean_stands_with_its_interval_and_a_hidden_wave_leaves_a_gap() -> None:
    """SD 4 of 16 has the standard error 1: the interval is 1.96 points each way, 202 units being 27 points."""
    waves = [
        Wave("pre", 0.0, 16, mean=13.5, sd=4.0),
        Wave("mid", 30.0, None),
        Wave("post", 70.0, 16, mean=0.0, sd=0.0),
    ]
    plot = means_plot(waves, lowest=0, highest=27)

    assert plot is not None
    first, last = plot.means
    assert (first.x, first.y, first.low, first.high) == (LEFT + 16, 115, 130, 100)
    assert (last.x, last.y, last.low, last.high) == (RIGHT - 16, BOTTOM, BOTTOM, BOTTOM)
    assert plot.line == "56,115 334,216"


def test_no_wave_that_may_be_shown_gives_no_plot() -> None:
    assert means_plot([Wave("pre", 0.0, None)], lowest=0, highest=27) is None


@given(st.lists(st.tuples(scores, st.floats(0, 13), st.integers(1, 500)), min_size=1, max_size=20))
def test_means_stay_inside(found: list[tuple[float, float, int]]) -> None:
    waves = [Wave(f"week {place}", 7.0, n, mean=mean, sd=sd) for place, (mean, sd, n) in enumerate(found)]
    plot = means_plot(waves, lowest=0, highest=27)

    assert plot is not None
    assert all(across(one.x) for one in plot.means)
    assert all(upright(y) for one in plot.means for y in (one.y, one.low, one.high))


def test_treatments_with_the_same_scores_share_a_dot_and_better_lies_below() -> None:
    plot = scatter_plot([(20, 10), (20, 10), (20, 10), (20, 10), (5, 6)], lowest=0, highest=27, reliable=6)

    assert [dot.r for dot in plot.dots] == [round(1 + 1.6 * 2), round(1 + 1.6)]
    assert points(plot.diagonal) == [(LEFT, BOTTOM), (RIGHT, TOP)]
    (x, y), (right, _top) = points(plot.better)
    assert (y, right) == (BOTTOM, RIGHT)
    assert x == round(LEFT + 6 / 27 * (RIGHT - LEFT))
    (left, _bottom), (_x, top) = points(plot.worse)
    assert (left, top) == (LEFT, TOP)


def test_without_a_reliable_change_there_is_no_corridor() -> None:
    plot = scatter_plot([(1, 2)], lowest=0, highest=27, reliable=None)

    assert (plot.better, plot.worse) == ("", "")


@given(st.lists(st.tuples(scores, scores), min_size=1, max_size=80), st.floats(1, 27))
def test_dots_and_lines_stay_inside(pairs: list[tuple[float, float]], reliable: float) -> None:
    plot = scatter_plot(pairs, lowest=0, highest=27, reliable=reliable)

    assert all(across(dot.x) and upright(dot.y) and 1 <= dot.r <= 9 for dot in plot.dots)
    for line in (plot.diagonal, plot.better, plot.worse):
        assert all(across(x) and upright(y) for x, y in points(line))


def test_the_waterfall_falls_from_the_most_improved() -> None:
    plot = waterfall_plot([-0.5, 1, 0, 0.5])

    assert [step.is_better for step in plot.steps] == [True, True, True, False]
    assert plot.zero == 115
    assert (plot.steps[0].y, plot.steps[0].height) == (TOP, 101)
    assert (plot.steps[3].y, plot.steps[3].height) == (115, 51)


@given(st.lists(st.floats(-4, 1), min_size=1, max_size=300))
def test_steps_stay_inside_and_do_not_overlap(changes: list[float]) -> None:
    steps = waterfall_plot(changes).steps

    assert len(steps) == min(STEPS, len(changes))
    assert all(across(one.x) and across(one.x + one.width) for one in steps)
    assert all(upright(one.y) and one.y + one.height <= BOTTOM + 1 for one in steps)
    assert all(one.x + one.width <= after.x for one, after in pairwise(steps))


def test_the_funnels_limits_are_the_common_share_and_its_standard_errors() -> None:
    """Spiegelhalter 2005: of 50 in 100 the limits at n = 110 are 0.5 +- 1.96 and 3.09 x sqrt(0.25 / 110)."""
    plot = funnel_plot([("Alfa", 60, 100), ("Beta", 40, 100)])

    assert plot is not None
    assert plot.share == 0.5
    error = sqrt(0.25 / 110)
    for (below, above), z in ((plot.inner, 1.959964), (plot.outer, 3.090232)):
        for line, side in ((below, -1), (above, 1)):
            x, y = points(line)[-1]
            assert x == RIGHT
            assert y == round(BOTTOM - (0.5 + side * z * error) * (BOTTOM - TOP))
    assert [(one.name, one.n, one.share) for one in plot.places] == [("Alfa", 100, 0.6), ("Beta", 100, 0.4)]


def test_one_unit_is_no_funnel_and_nor_are_units_of_nobody() -> None:
    assert funnel_plot([("Alfa", 3, 9)]) is None
    assert funnel_plot([("Alfa", 3, 9), ("Beta", 0, 0)]) is None


counts = st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(st.lists(counts, min_size=2, max_size=12))
def test_the_funnel_stays_inside(units: list[tuple[int, int]]) -> None:
    plot = funnel_plot([(str(place), count, n) for place, (count, n) in enumerate(units)])

    assert plot is not None
    assert all(across(one.x) and upright(one.y) for one in plot.places)
    for line in (*plot.inner, *plot.outer):
        assert all(across(x) and upright(y) for x, y in points(line))


def test_hidden_pieces_of_a_bar_stand_together_at_its_end() -> None:
    parts = bar([("recovered", 50), ("improved", None), ("unchanged", 30), ("deteriorated", None)], of=100)

    assert [(part.outcome, part.n) for part in parts] == [
        ("recovered", 50),
        ("unchanged", 30),
        ("hidden", None),
    ]
    assert [(part.x, part.width) for part in parts] == [(40, 155), (195, 93), (288, 62)]


@given(st.lists(st.integers(0, 400), min_size=4, max_size=4).filter(any), st.sets(st.integers(0, 3)))
def test_a_bar_is_filled_once_whatever_is_hidden(numbers: list[int], gone: set[int]) -> None:
    told = [(str(place), None if place in gone else n) for place, n in enumerate(numbers)]

    parts = bar(told, of=sum(numbers))

    assert parts[0].x == LEFT
    assert parts[-1].x + parts[-1].width == RIGHT
    assert all(one.x + one.width == after.x for one, after in pairwise(parts))
