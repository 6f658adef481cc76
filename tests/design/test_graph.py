"""The geometry of score curves: gaps, bands, scales and labels, from no point at all to sixty."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.common.graph import Band, GraphEvent, GraphPoint, ScoreGraph, draw, draw_sparkline
from ikbt.common.style_guide import PHQ9_BANDS, SUNDAY, weekly

SCORES = st.lists(st.none() | st.integers(0, 27), max_size=60)


def test_a_gap_breaks_the_line_and_is_marked() -> None:
    drawn = draw(weekly([17, 15, None, 13, 11]), narrow=False)

    assert len(drawn.segments) == 2
    assert len(drawn.gaps) == 1
    assert len(drawn.dots) == 4


def test_a_changed_questionnaire_breaks_the_line_without_a_gap() -> None:
    days = [SUNDAY + datetime.timedelta(weeks=week) for week in range(4)]
    points = [GraphPoint(day, 10, "", breaks_line=day == days[2]) for day in days]

    drawn = draw(ScoreGraph("x", points, minimum=0, maximum=27), narrow=False)

    assert len(drawn.segments) == 2
    assert drawn.gaps == []


def test_a_lone_point_stands_in_the_middle_without_a_line() -> None:
    drawn = draw(weekly([17]), narrow=True)

    assert drawn.segments == []
    assert drawn.dots[0].x == (drawn.frame.left + drawn.frame.right) // 2


def test_no_point_draws_bands_alone() -> None:
    drawn = draw(weekly([]), narrow=False)

    assert (drawn.dots, drawn.x_ticks, drawn.segments) == ([], [], [])
    assert len(drawn.bands) == 5


def test_bands_fill_the_plot_from_bottom_to_top_and_darken_upwards() -> None:
    drawn = draw(weekly([17]), narrow=False)

    assert sum(band.height for band in drawn.bands) == drawn.frame.plot_height
    assert [band.level for band in drawn.bands] == [0, 1, 2, 3, 4]
    assert all(upper.y + upper.height == lower.y for lower, upper in pairwise(drawn.bands))


def test_where_higher_is_better_the_lowest_band_is_darkest() -> None:
    bands = [Band(0, 50, "Låg"), Band(51, 100, "Hög")]

    drawn = draw(ScoreGraph("Who", [], 0, 100, bands, lower_is_better=False), narrow=False)

    assert [band.level for band in drawn.bands] == [4, 0]


def test_a_band_too_low_for_its_name_goes_without() -> None:
    bands = [Band(0, 1, "Smal"), Band(2, 100, "Bred")]

    drawn = draw(ScoreGraph("x", [], 0, 100, bands), narrow=False)

    assert drawn.bands[0].text_y is None
    assert drawn.bands[1].text_y is not None


def test_time_is_proportional() -> None:
    days = [0, 7, 28]
    points = [GraphPoint(SUNDAY + datetime.timedelta(days=day), 10, "") for day in days]

    first, second, third = (dot.x for dot in draw(ScoreGraph("x", points, 0, 27), narrow=False).dots)

    assert (third - first) == pytest.approx(4 * (second - first), abs=3)


def test_reliable_improvement_goes_down_where_lower_is_better() -> None:
    assert weekly([17]).reliable_at == 11
    upwards = ScoreGraph("x", [], 0, 100, baseline=40, reliable_change=10, lower_is_better=False)
    assert upwards.reliable_at == 50


def test_reliable_improvement_outside_the_scale_is_not_drawn() -> None:
    assert weekly([3]).reliable_at is None
    assert draw(weekly([3]), narrow=False).reliable is None


def test_an_event_before_the_first_point_is_inside_the_plot() -> None:
    event = GraphEvent(SUNDAY - datetime.timedelta(weeks=2), "Bedömning")

    drawn = draw(weekly([17, 15], events=[event]), narrow=False)

    assert drawn.frame.left <= drawn.events[0].x < drawn.dots[0].x


def test_sixty_points_show_the_first_and_last_value_only() -> None:
    drawn = draw(weekly([10] * 60), narrow=False)

    assert [index for index, dot in enumerate(drawn.dots) if dot.shows_value] == [0, 59]


@given(SCORES, st.booleans())
def test_everything_stays_inside_the_frame(values: list[float | None], narrow: bool) -> None:
    drawn = draw(weekly(values), narrow=narrow)

    frame = drawn.frame
    assert all(frame.left <= dot.x <= frame.right for dot in drawn.dots)
    assert all(frame.top <= dot.y <= frame.bottom for dot in drawn.dots)
    assert all(0 < dot.text_y < frame.height for dot in drawn.dots)
    assert len(drawn.dots) + len(drawn.gaps) == len(values)


@given(SCORES, st.booleans())
def test_labels_of_occasions_never_overlap(values: list[float | None], narrow: bool) -> None:
    drawn = draw(weekly(values), narrow=narrow)

    starts = {"start": 0.0, "middle": 0.5, "end": 1.0}
    spans = []
    for tick in drawn.x_ticks:
        width = drawn.frame.text_width(tick.text)
        spans.append((tick.position - starts[tick.anchor] * width, width))
    assert all(left + width <= right for (left, width), (right, _) in pairwise(spans))


def test_a_scale_without_length_is_refused() -> None:
    with pytest.raises(ValueError, match="must go upwards"):
        draw(ScoreGraph("x", [], 5, 5), narrow=False)


def test_the_highest_band_at_or_below_a_value_names_it() -> None:
    graph = ScoreGraph("x", [], 0, 27, PHQ9_BANDS)

    names = [graph.band_name(value) for value in (4, 5, 27, None)]

    assert names == ["Inga eller minimala", "Milda", "Svåra", ""]


def test_a_sparkline_draws_an_answer_between_two_gaps() -> None:
    drawn = draw_sparkline([17, None, 15, None, 11, 10], maximum=27)

    assert len(drawn.dots) == 4
    assert len(drawn.segments) == 1
