"""Simulated moments fall when people are awake and when a health centre works."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ikbt.common.clock import STOCKHOLM
from ikbt.demo.daytimes import at_work, awake, weekday_before


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-02T03:20", "2026-03-02T07:20"),
        ("2026-03-02T23:40", "2026-03-02T22:40"),
        ("2026-03-02T12:05", "2026-03-02T12:05"),
    ],
)
def test_a_patient_acts_between_seven_and_eleven_at_night(before: str, after: str) -> None:
    assert awake(moment(before)) == moment(after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("2026-03-02T09:15", "2026-03-02T09:15"),
        ("2026-03-02T06:15", "2026-03-02T08:15"),
        ("2026-03-02T17:15", "2026-03-03T08:15"),
        ("2026-03-06T16:30", "2026-03-09T08:30"),
        ("2026-03-28T12:00", "2026-03-30T08:00"),
    ],
    ids=["in hours", "early", "late", "Friday afternoon", "Saturday before the clock change"],
)
def test_a_therapist_acts_on_the_next_weekday_in_opening_hours(before: str, after: str) -> None:
    assert at_work(moment(before)) == moment(after)


@pytest.mark.parametrize(("day", "first"), [(5, 5), (6, 6), (7, 6), (8, 6), (9, 9)])
def test_a_treatment_begins_on_a_weekday(day: int, first: int) -> None:
    assert weekday_before(date(2026, 3, day)) == date(2026, 3, first)
