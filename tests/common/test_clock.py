"""Days are Swedish days, also across the change to and from summer time."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from ikbt.common import clock


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 7, 1, 21, 59, tzinfo=UTC), date(2026, 7, 1)),
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
        (datetime(2026, 1, 1, 22, 59, tzinfo=UTC), date(2026, 1, 1)),
        (datetime(2026, 1, 1, 23, 0, tzinfo=UTC), date(2026, 1, 2)),
    ],
)
def test_day_turns_at_swedish_midnight(moment: datetime, day: date) -> None:
    assert clock.local_date(moment) == day


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 11, 23), 24)]
)
def test_day_of_clock_change_is_shorter_or_longer(day: date, hours: int) -> None:
    begins = clock.midnight(day)
    ends = clock.midnight(date.fromordinal(day.toordinal() + 1))

    assert (ends.astimezone(UTC) - begins.astimezone(UTC)).total_seconds() == hours * 3600


@pytest.mark.parametrize(("day", "week"), [(22, 0), (23, 1), (29, 1), (30, 2), (16, 0), (15, -1)])
def test_week_of_a_course(day: int, week: int) -> None:
    assert clock.week_of(date(2026, 11, 23), date(2026, 11, day)) == week


def test_days_between_counts_midnights_not_hours() -> None:
    late, early = datetime(2026, 11, 23, 22, 59, tzinfo=UTC), datetime(2026, 11, 23, 23, 1, tzinfo=UTC)

    assert clock.days_between(late, early) == 1


def test_now_is_aware_and_today_its_swedish_date() -> None:
    assert clock.now().tzinfo is not None
    assert clock.today() == clock.local_date(clock.now())
