"""The plan of a course: which day each occasion opens, is due and closes; no two of one instrument at once."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.plan import (
    Measure,
    Planned,
    Trigger,
    When,
    Window,
    follow_ups,
    months_after,
    planned,
    rule_of,
    screenings,
)
from measurements.plan_faults import Fault, faults
from measurements.registry import shipped

START = date(2027, 3, 1)
WEEKLY: Measure = {"instrument": "phq-9", "when": "weekly"}
DAYS = st.integers(min_value=0, max_value=20)
MEASURES = st.lists(
    st.builds(
        lambda slug, when, week, every, days: {
            "instrument": slug,
            "when": when,
            "week": week,
            "every": every,
            **days,
        },
        st.sampled_from(["phq-9", "gad-7"]),
        st.sampled_from(["pre", "weekly", "mid", "post"]),
        st.integers(1, 30),
        st.integers(1, 4),
        st.fixed_dictionaries({}, optional={"opens": st.integers(-10, 6), "due": DAYS, "closes": DAYS}),
    ),
    max_size=12,
)


def days(measures: list[Measure], *, weeks: int = 10) -> list[tuple[str, int, int]]:
    """(kind, number, days after the start) of each occasion."""
    plan = planned(measures, starts_on=START, weeks=weeks)
    return [(one.kind, one.number, (one.opens_on - START).days) for one in plan]


@given(MEASURES, st.integers(2, 30))
def test_no_two_occasions_of_one_instrument_are_open_at_once(measures: list[Measure], weeks: int) -> None:
    of: dict[str, list[Planned]] = defaultdict(list)
    for one in planned(measures, starts_on=START, weeks=weeks):
        of[one.instrument].append(one)

    assert all(
        earlier.closes_on <= later.opens_on for plan in of.values() for earlier, later in pairwise(plan)
    )


@given(MEASURES, st.integers(2, 30))
def test_every_occasion_opens_within_the_course_and_is_due_while_open(
    measures: list[Measure], weeks: int
) -> None:
    end = START + timedelta(weeks=weeks)
    for one in planned(measures, starts_on=START, weeks=weeks):
        last = end + timedelta(days=6) if one.kind == When.POST else end
        assert START <= one.opens_on <= last
        assert one.opens_on <= one.due_on <= one.closes_on
        assert all(one.opens_on <= day < one.closes_on for day in one.remind_on)


@given(MEASURES, st.integers(2, 30))
def test_one_place_in_a_course_holds_one_occasion(measures: list[Measure], weeks: int) -> None:
    plan = planned(measures, starts_on=START, weeks=weeks)
    places = [(one.instrument, one.opens_on) for one in plan]
    assert len(set(places)) == len(places)


def test_weekly_runs_from_week_two_to_the_last() -> None:
    assert days([WEEKLY], weeks=4) == [("weekly", 2, 7), ("weekly", 3, 14), ("weekly", 4, 21)]


def test_every_third_week_leaves_two_out() -> None:
    assert [number for _kind, number, _day in days([{**WEEKLY, "every": 3}])] == [2, 5, 8]


def test_a_mid_measure_gives_way_to_a_weekly_one_of_its_instrument() -> None:
    mid = {"instrument": "phq-9", "when": "mid", "week": 6}
    assert "mid" not in {kind for kind, _number, _day in days([WEEKLY, mid])}
    assert ("mid", 6, 35) in days([{**mid, "instrument": "gad-7"}, WEEKLY])


def test_the_first_questionnaire_closes_when_the_first_weekly_one_opens() -> None:
    pre, second, *_rest = planned([{"instrument": "phq-9", "when": "pre"}, WEEKLY], starts_on=START, weeks=10)
    assert (pre.kind, pre.closes_on) == ("pre", second.opens_on)


def test_the_version_s_days_go_before_the_unit_s_and_those_before_ours() -> None:
    own = {"weekly": {"due": 3, "remind": [2]}}

    assert rule_of(WEEKLY).window == Window(due=2, closes=7, remind=(1, 2))
    assert rule_of(WEEKLY, own).window == Window(due=3, closes=7, remind=(2,))
    assert rule_of({**WEEKLY, "due": 4}, own).window == Window(due=4, closes=7, remind=(2,))


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2027, 1, 15), 3, date(2027, 4, 15)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2027, 12, 31), 12, date(2028, 12, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
    ids=str,
)
def test_months_are_calendar_months_and_end_with_a_shorter_one(day: date, months: int, found: date) -> None:
    assert months_after(day, months) == found


def test_follow_ups_count_from_the_end_with_windows_around_their_day() -> None:
    asked = [{"instrument": "phq-9", "when": "follow_up", "month": month} for month in (3, 6, 12)]

    found = follow_ups(asked, ended_on=date(2027, 5, 10))

    assert [(one.number, one.due_on) for one in found] == [
        (3, date(2027, 8, 10)),
        (6, date(2027, 11, 10)),
        (12, date(2028, 5, 10)),
    ]
    assert (found[0].opens_on, found[0].closes_on) == (date(2027, 7, 27), date(2027, 9, 7))


def test_a_follow_up_after_a_month_waits_until_the_questions_after_the_treatment_have_closed() -> None:
    asked = [{"instrument": slug, "when": "follow_up", "month": 1} for slug in ("phq-9", "gad-7")]
    ended, closes = date(2027, 5, 10), date(2027, 6, 7)

    other, same = follow_ups(asked, ended_on=ended, busy={"phq-9": closes})

    assert (other.instrument, other.opens_on) == ("gad-7", date(2027, 5, 27))
    assert (same.opens_on, same.due_on, same.closes_on) == (closes, date(2027, 6, 10), date(2027, 7, 8))
    assert min(same.remind_on) >= closes


def test_a_follow_up_whose_whole_window_was_taken_is_asked_for_a_week() -> None:
    asked = [{"instrument": "phq-9", "when": "follow_up", "month": 1}]

    (one,) = follow_ups(asked, ended_on=date(2027, 5, 10), busy={"phq-9": date(2027, 8, 1)})

    assert (one.opens_on, one.due_on, one.closes_on) == (date(2027, 8, 1), date(2027, 8, 1), date(2027, 8, 8))


@pytest.mark.parametrize(("days", "closes"), [(21, 14), (6, 6), (1, 1)])
def test_a_screening_is_asked_from_the_decision_and_closes_by_the_start(days: int, closes: int) -> None:
    (one,) = screenings(
        [{"instrument": "phq-9", "when": "screening"}, WEEKLY],
        decided_on=START,
        starts_on=START + timedelta(days=days),
    )

    assert (one.kind, one.number, one.opens_on) == ("screening", 0, START)
    assert one.closes_on == START + timedelta(days=closes)
    assert one.opens_on <= one.due_on <= one.closes_on


def test_a_course_that_starts_the_day_it_is_decided_has_no_screening() -> None:
    asked = [{"instrument": "phq-9", "when": "screening"}]

    assert screenings(asked, decided_on=START, starts_on=START) == []


@pytest.mark.parametrize(
    ("trigger", "total", "item9", "asks"),
    [
        (Trigger("phq-9", 15, None, None, 1), 15, 0, True),
        (Trigger("phq-9", 15, None, None, 1), 14, 3, False),
        (Trigger("phq-9", 15, None, None, 1), None, 3, False),
        (Trigger("phq-9", None, 9, 1, 1), 3, 1, True),
        (Trigger("phq-9", None, 9, 1, 1), 27, None, False),
        (Trigger("gad-7", 1, None, None, 1), 27, 3, False),
    ],
    ids=["at the limit", "below it", "no total", "an answer", "left out", "another instrument"],
)
def test_a_trigger_is_met_by_a_score_or_an_answer(
    trigger: Trigger, total: int | None, item9: int | None, asks: bool
) -> None:
    assert trigger.met_by("phq-9", total, [1, 1, 1, 1, 1, 1, 1, 1, item9]) is asks


@pytest.mark.parametrize(
    ("measure", "fault"),
    [
        ({"instrument": "gad-7", "when": "mid"}, Fault.NO_WEEK),
        ({"instrument": "gad-7", "when": "mid", "week": 11}, Fault.WEEK_BEYOND),
        ({"instrument": "gad-7", "when": "follow_up"}, Fault.NO_MONTH),
        ({"instrument": "gad-7", "when": "module", "module": "m99"}, Fault.NO_MODULE),
        ({"instrument": "gad-7", "when": "triggered"}, Fault.NOT_TRIGGERED),
        ({"instrument": "gad-7", "when": "triggered", "by": "tarot", "from_score": 1}, Fault.BY_UNKNOWN),
        ({"instrument": "gad-7", "when": "triggered", "by": "k6", "from_score": 1}, Fault.BY_UNPLANNED),
        ({"instrument": "gad-7", "when": "triggered", "by": "phq-9"}, Fault.NO_LIMIT),
        ({"instrument": "gad-7", "when": "triggered", "by": "phq-9", "from_score": 28}, Fault.LIMIT_BEYOND),
        (
            {"instrument": "gad-7", "when": "triggered", "by": "phq-9", "item": 9, "from_answer": 4},
            Fault.LIMIT_BEYOND,
        ),
        ({"instrument": "gad-7", "when": "pre", "due": 3, "closes": 3}, Fault.WINDOW),
        ({"instrument": "gad-7", "when": "pre", "opens": 4, "due": 3}, Fault.WINDOW),
        ({"instrument": "gad-7", "when": "pre", "remind": [20]}, Fault.REMINDER),
        ({"instrument": "gad-7", "when": "pre", "language": "fi"}, Fault.LANGUAGE),
        (WEEKLY, Fault.TWICE),
    ],
    ids=lambda value: str(value) if isinstance(value, Fault) else "",
)
def test_a_plan_s_faults_are_found_before_it_is_published(measure: Measure, fault: Fault) -> None:
    found = faults([WEEKLY, measure], weeks=10, modules=["m01"], known=shipped())
    assert fault in {one.fault for one in found}


def test_a_sound_plan_has_no_fault() -> None:
    sound: list[Measure] = [
        WEEKLY,
        {"instrument": "gad-7", "when": "mid", "week": 6},
        {"instrument": "gad-7", "when": "module", "module": "m01"},
        {"instrument": "gad-7", "when": "triggered", "by": "phq-9", "from_score": 15, "most": 2, "within": 4},
        {"instrument": "phq-9", "when": "follow_up", "month": 3},
        {"instrument": "phq-9", "when": "follow_up", "month": 6},
    ]
    assert faults(sound, weeks=10, modules=["m01"], known=shipped()) == []
