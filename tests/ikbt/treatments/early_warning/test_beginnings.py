"""What the forecast sees of the first weeks, and what counts as failed; by hand on PHQ-9 (0 to 27)."""

from __future__ import annotations

import pytest

from ikbt.treatments.early_warning.beginnings import Seen, beginning, has_failed
from ikbt.treatments.early_warning.expecting import expected_course, percentile, stratum_of
from measurements.registry import instrument

PHQ = instrument("phq-9")
BBQ = instrument("bbq")


def occasion(week: int, total: float | None, *, kind: str = "weekly", answered: int | None = -1) -> Seen:
    """A questionnaire that opened at the beginning of a week, answered the same day unless told otherwise."""
    day = (week - 1) * 7
    when = None if total is None else (day if answered == -1 else answered)
    return Seen(kind, week, day, day + 2, day + 7, when, total)


COURSE = [
    occasion(1, 18, kind="pre"),
    occasion(2, 17),
    occasion(3, None),
    occasion(4, 9),
    occasion(5, 3),
    occasion(11, 4, kind="post"),
]


def test_the_first_four_weeks_by_hand() -> None:
    found = beginning(COURSE, [6, 13, 40], modules=10, instrument=PHQ, week=4)

    assert found is not None
    assert found.baseline == pytest.approx(18 / 27)
    assert found.change == pytest.approx((9 - 18) / 27), "week 5 is not seen"
    assert found.unanswered == pytest.approx(1 / 4)
    assert found.behind == pytest.approx(1 - 2 / 4)


@pytest.mark.parametrize(
    ("modules", "hand_ins", "behind"),
    [(10, [6, 13, 20], 1 / 4), (3, [6, 13, 20], 0), (2, [6], 1 / 2), (0, [], 0), (10, [1, 2, 3, 4, 5], 0)],
)
def test_a_path_shorter_than_the_weeks_asks_for_no_more_than_it_has(
    modules: int, hand_ins: list[int], behind: float
) -> None:
    found = beginning(COURSE, hand_ins, modules=modules, instrument=PHQ, week=4)

    assert found is not None
    assert found.behind == pytest.approx(behind)


def test_an_answer_given_later_is_not_seen_though_its_week_was_early() -> None:
    late = [*COURSE[:3], occasion(4, 9, answered=29)]

    found = beginning(late, [], modules=10, instrument=PHQ, week=4)

    assert found is not None
    assert found.change == pytest.approx(-1 / 27)
    assert found.unanswered == pytest.approx(2 / 4)


def test_without_baseline_or_later_score_nothing_is_said() -> None:
    assert beginning(COURSE[2:], [], modules=10, instrument=PHQ, week=4) is None
    assert beginning(COURSE[:1], [], modules=10, instrument=PHQ, week=4) is None
    assert beginning([], [], modules=10, instrument=PHQ, week=4) is None


def test_the_score_at_the_start_goes_before_the_screening_and_is_no_later_score_beside_it() -> None:
    """24 at the screening and 18 at the start: nothing of that is change in treatment."""
    screening = Seen("screening", 0, -9, -4, 5, -8, 24)
    begun = [screening, occasion(1, 18, kind="pre")]
    assert beginning(begun, [], modules=10, instrument=PHQ, week=4) is None

    found = beginning([*begun, occasion(4, 17)], [], modules=10, instrument=PHQ, week=4)

    assert found is not None
    assert found.baseline == pytest.approx(18 / 27)
    assert found.change == pytest.approx(-1 / 27)
    assert has_failed([*begun, occasion(11, 12, kind="post")], instrument=PHQ) is True
    assert has_failed([screening, occasion(11, 12, kind="post")], instrument=PHQ) is False


def test_where_higher_is_better_signs_are_turned() -> None:
    course = [occasion(1, 30, kind="pre"), occasion(4, 50)]
    found = beginning(course, [], modules=10, instrument=BBQ, week=4)
    span = BBQ.scoring.highest - BBQ.scoring.lowest

    assert found is not None
    assert found.baseline == pytest.approx((BBQ.scoring.highest - 30) / span)
    assert found.change == pytest.approx(-20 / span), "better is negative"


@pytest.mark.parametrize(
    ("last", "failed"),
    [(9, False), (10, True), (8, False), (17, True)],
)
def test_failed_is_neither_halved_nor_in_remission(last: int, failed: bool) -> None:
    """From 20: 10 would be half, so it is a response; from 18: 9 is half and below the cut-off."""
    course = [occasion(1, 18, kind="pre"), occasion(11, last, kind="post")]

    assert has_failed(course, instrument=PHQ) is failed


def test_half_is_enough_even_above_the_cut_off() -> None:
    course = [occasion(1, 24, kind="pre"), occasion(11, 12, kind="post")]

    assert has_failed(course, instrument=PHQ) is False


def test_an_end_that_was_not_measured_is_unknown_and_no_failure() -> None:
    assert has_failed(COURSE[:-1], instrument=PHQ) is None
    assert has_failed([], instrument=PHQ) is None


def test_expected_course_by_stratum_and_week_with_its_n() -> None:
    severe = [[occasion(1, 20 + n % 2, kind="pre"), occasion(2, 10 + n)] for n in range(10)]
    mild = [[occasion(1, 6, kind="pre"), occasion(2, 5)] for _ in range(3)]

    found = expected_course([*severe, *mild], instrument=PHQ, at_least=5)

    assert list(found) == [stratum_of(PHQ, 20)]
    start, later = found[stratum_of(PHQ, 20)]
    assert (start.week, start.n, start.median) == (0, 10, 20.5)
    assert (later.week, later.n, later.median) == (1, 10, 14.5)
    assert later.upper == pytest.approx(percentile([10 + n for n in range(10)], 0.8)) == pytest.approx(17.2)


def test_where_higher_is_better_the_worse_end_is_the_lower() -> None:
    courses = [[occasion(1, 40, kind="pre"), occasion(2, 30 + n)] for n in range(11)]

    found = expected_course(courses, instrument=BBQ, at_least=5)

    weeks = next(iter(found.values()))
    assert (weeks[1].median, weeks[1].upper) == (35, 32)


def test_an_answer_before_the_start_counts_as_week_0() -> None:
    early = Seen("screening", 0, -9, -4, 5, -8, 20)

    found = expected_course([[early]] * 5, instrument=PHQ, at_least=5)

    assert [one.week for one in next(iter(found.values()))] == [0]
