"""A new entry begins with what is known: the day, the moment, and times that are the same every day."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from ikbt.common.clock import STOCKHOLM
from programs.exercises.beginning import begun
from programs.exercises.definitions import load_all

ALL = load_all()
NOW = datetime(2026, 3, 8, 7, 33, tzinfo=STOCKHOLM)
BEFORE = {"date": "2026-03-07", "bed_time": "23:15", "out_of_bed": "06:45", "sol": 40, "quality": 3}


def test_a_night_begins_with_this_morning_and_the_times_of_the_last() -> None:
    assert begun(ALL["sleep_diary"], now=NOW, before=BEFORE) == {
        "date": "2026-03-08",
        "bed_time": "23:15",
        "out_of_bed": "06:45",
    }


def test_a_missed_night_can_be_asked_for() -> None:
    assert begun(ALL["sleep_diary"], now=NOW, day=date(2026, 3, 5)) == {"date": "2026-03-05"}


def test_a_moment_is_now_to_the_five_minutes() -> None:
    assert begun(ALL["ocd_log"], now=NOW) == {"when": "2026-03-08T07:30"}


@pytest.mark.parametrize(
    ("hour", "part"),
    [
        (0, "night"),
        (4, "night"),
        (5, "morning"),
        (10, "midday"),
        (14, "afternoon"),
        (18, "evening"),
        (23, "night"),
    ],
)
def test_the_part_of_the_day_follows_the_clock(hour: int, part: str) -> None:
    assert begun(ALL["activity_diary"], now=NOW.replace(hour=hour))["block"] == part


def test_the_day_is_the_swedish_one() -> None:
    late = datetime.fromisoformat("2026-03-07T23:30:00+00:00")

    assert begun(ALL["energy_diary"], now=late) == {"date": "2026-03-08"}


def test_only_what_the_step_asks_is_filled_in() -> None:
    assert begun(ALL["activity_diary"], now=NOW, only=["activity", "mood"]) == {}
