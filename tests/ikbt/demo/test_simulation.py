"""The simulation gives the same course for the same seed, and figures near those it is held against."""

from __future__ import annotations

from functools import cache
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from ikbt.demo.figures import SAMPLE, TOLERANCE, Figure, figures, improved, sample
from ikbt.demo.simulation import MODULES, PATTERNS, WEEKS, Course, simulate

DOC = Path(__file__).resolve().parents[3] / "docs" / "simulation.md"


@cache
def found() -> list[Figure]:
    return figures(sample())


def course(*, pre: int, post: int | None) -> Course:
    """A course of which only the first and the last score matter."""

    def answers(total: int) -> tuple[int, ...]:
        return (*(min(3, max(0, total - 3 * place)) for place in range(8)), 0)

    last = None if post is None else answers(post)
    return Course("", answers(pre), (), last, None, (), None)


@pytest.mark.parametrize("place", range(6))
def test_each_figure_lies_within_five_points_on_two_thousand_treatments(place: int) -> None:
    figure = found()[place]

    assert SAMPLE == 2000
    assert TOLERANCE == 5.0
    assert abs(figure.difference) <= 5.0, f"{figure.name}: {figure.simulated:.1f} against {figure.expected}"
    assert figure.within


def test_a_figure_outside_its_tolerance_is_told_apart() -> None:
    assert not Figure("x", (65, 75), "", 80.1).within
    assert Figure("x", (65, 75), "", 80.0).within
    assert not Figure("x", (65, 75), "", 59.9).within


@pytest.mark.parametrize(("simulated", "difference"), [(70.0, 0.0), (77.0, 2.0), (60.0, -5.0)])
def test_a_difference_is_counted_from_the_nearest_end_of_a_range(simulated: float, difference: float) -> None:
    assert Figure("x", (65, 75), "", simulated).difference == difference


def test_the_same_seed_gives_the_same_course_and_another_seed_another() -> None:
    assert simulate(7) == simulate(7)
    assert len({simulate(seed) for seed in range(50)}) == 50


@pytest.mark.parametrize("seed", range(40))
def test_a_course_holds_possible_answers_only(seed: int) -> None:
    one = simulate(seed)
    asked = [one.pre, *(week.phq9 for week in one.weeks), one.post]

    assert all(len(answers) == 9 and set(answers) <= {0, 1, 2, 3} for answers in asked if answers is not None)
    assert len(one.weeks) == WEEKS
    assert one.modules_done <= MODULES
    assert one.weeks[0].phq9 is None


@pytest.mark.parametrize("seed", range(40))
def test_nobody_works_after_she_has_stopped(seed: int) -> None:
    one = simulate(seed)
    after = [week for week in one.weeks if one.stopped_after is not None and week.number > one.stopped_after]

    assert not any(week.handed_in for week in after)


def test_every_kind_of_course_occurs() -> None:
    assert {one.pattern for one in sample()} == {pattern.name for pattern in PATTERNS}
    assert sum(pattern.share for pattern in PATTERNS) == pytest.approx(1.0)


def test_considerably_improved_counts_those_with_a_last_score_alone() -> None:
    courses = [course(pre=20, post=12), course(pre=20, post=13), course(pre=20, post=None)]

    assert improved(courses) == 50.0


def test_nothing_to_count_is_said_and_not_divided_by() -> None:
    with pytest.raises(ValueError, match="nothing to count"):
        improved([course(pre=20, post=None)])


def test_the_table_of_the_docs_is_what_the_command_prints() -> None:
    out = StringIO()
    call_command("simulation_table", stdout=out)

    assert out.getvalue().strip() in DOC.read_text(encoding="utf-8")
