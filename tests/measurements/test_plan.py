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
