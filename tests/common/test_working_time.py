"""Promised times skip weekends, holidays and nights, and hold over both clock changes of 2026 and 2027."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.common.clock import STOCKHOLM
from ikbt.common.working_time import (
    NeverOpen,
    OpeningHours,
    is_working_day,
    open_time_after,
    open_time_between,
    promised_by,
)

OFFICE = OpeningHours()
ALWAYS = OpeningHours(week={weekday: (time(0), time(23, 59)) for weekday in range(7)})
MOMENTS = st.integers(0, 2 * 365 * 24 * 60).map(
    lambda m: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=m)
)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=STOCKHOLM)


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-27 15:00", 48, "2026-12-01 15:00"),  # Friday to Tuesday
        ("2026-11-23 15:00", 48, "2026-11-25 15:00"),
        ("2026-11-28 10:00", 24, "2026-12-01 00:00"),  # Saturday: all of Monday
        (
            "2026-04-02 15:00",
            48,
            "2026-04-08 15:00",
        ),  # Maundy Thursday: Good Friday to Easter Monday don't count
        ("2026-12-23 12:00", 24, "2026-12-28 12:00"),  # Christmas Eve, Day, Boxing Day, Sunday
        ("2027-06-24 09:00", 24, "2027-06-28 09:00"),  # over Midsummer
        ("2026-03-27 15:00", 48, "2026-03-31 15:00"),  # summer time begins on Sunday the 29th
        ("2026-10-23 15:00", 48, "2026-10-27 15:00"),  # and ends on Sunday the 25th
        ("2027-03-25 15:00", 24, "2027-03-30 15:00"),  # Easter and the clock change at once
    ],
)
def test_a_promise_counts_whole_working_days(since: str, hours: int, due: str) -> None:
    assert promised_by(local(since), hours) == local(due)


@pytest.mark.parametrize(
    ("since", "minutes", "due"),
    [
        ("2026-11-27 15:00", 120, "2026-11-30 08:30"),  # an hour and a half on Friday, the rest on Monday
        ("2026-11-27 14:30", 120, "2026-11-27 16:30"),
        ("2026-11-27 22:00", 60, "2026-11-30 09:00"),
        ("2026-12-23 16:00", 60, "2026-12-28 08:30"),
        ("2027-10-29 16:00", 60, "2027-11-01 08:30"),  # the clock goes back that Sunday
    ],
)
def test_opening_time_runs_while_the_unit_is_open(since: str, minutes: int, due: str) -> None:
    assert open_time_after(local(since), timedelta(minutes=minutes), OFFICE) == local(due)


def test_a_unit_open_at_night_counts_the_hour_that_comes_twice() -> None:
    assert open_time_between(local("2026-10-25 01:00"), local("2026-10-25 04:00"), ALWAYS) == timedelta(
        hours=4
    )
    assert open_time_between(local("2026-03-29 01:00"), local("2026-03-29 04:00"), ALWAYS) == timedelta(
        hours=2
    )


@pytest.mark.parametrize("day", ["2026-06-19", "2026-12-24", "2026-12-31", "2026-05-14", "2026-11-28"])
def test_nobody_works_on_eves_holidays_and_saturdays(day: str) -> None:
    assert not is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, "0101 0329 0401 0501 0509 0606 0621 1224 1225 1226 1231"),
        (2026, "0101 0106 0403 0406 0501 0514 0619 1224 1225 1231"),
        (2027, "0101 0106 0326 0329 0506 0625 1224 1231"),
        (2030, "0101 0419 0422 0501 0530 0606 0621 1224 1225 1226 1231"),
    ],
)
def test_weekdays_that_are_off_are_those_of_the_almanac(year: int, days: str) -> None:
    every = (date.fromordinal(date(year, 1, 1).toordinal() + ahead) for ahead in range(366))

    assert (
        " ".join(
            f"{day:%m%d}"
            for day in every
            if day.year == year and day.weekday() < 5 and not is_working_day(day)
        )
        == days
    )


def test_a_unit_may_close_on_a_day_of_its_own() -> None:
    planning_day = frozenset({date(2026, 11, 25)})

    assert promised_by(local("2026-11-24 15:00"), 24, closed_on=planning_day) == local("2026-11-26 15:00")
    hours = OpeningHours(closed_on=planning_day)
    assert open_time_after(local("2026-11-24 17:00"), timedelta(hours=1), hours) == local("2026-11-26 09:00")


def test_hours_without_an_open_day_are_a_mistake() -> None:
    with pytest.raises(NeverOpen):
        open_time_after(local("2026-11-24 15:00"), timedelta(hours=1), OpeningHours(week={}))


@given(MOMENTS, st.integers(1, 40 * 60))
def test_what_has_passed_until_a_time_is_up_is_that_time(since: datetime, minutes: int) -> None:
    due = open_time_after(since, timedelta(minutes=minutes), OFFICE)

    assert open_time_between(since, due, OFFICE) == timedelta(minutes=minutes)


@given(MOMENTS, st.integers(0, 200), st.integers(0, 200))
def test_a_longer_promise_is_never_due_sooner(since: datetime, first: int, more: int) -> None:
    assert promised_by(since, first) <= promised_by(since, first + more)
