"""Pictures of one entry and of nights: what they show, beside what, and what is left out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from django.template.loader import render_to_string

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import load_all
from programs.exercises.over_time import series_view
from programs.exercises.picturing import PictureView
from programs.exercises.showing import entry_view

ALL = load_all()
NOW = datetime(2026, 3, 8, 12, 0, tzinfo=STOCKHOLM)


def pictures(exercise: str, values: Any = None, **more: Any) -> tuple[PictureView, ...]:
    values = dict(ALL[exercise].document["example"]) if values is None else values  # type: ignore[call-overload]
    return entry_view(ALL[exercise], values, language="sv", now=NOW, **more).pictures


def test_the_compass_shows_importance_and_life_as_two_bars_an_area() -> None:
    (found,) = pictures("values_compass")

    assert [bar.width for bar in found.rows[0].bars] == ["90.0", "20.0"]
    assert found.rows[0].label == "vänner"


def test_a_compass_rated_again_shows_both_times() -> None:
    before = {"areas": [{"area": "friends", "importance": 8, "living": 1}]}

    (found,) = pictures("values_compass", before=before)

    assert [(bar.width, bar.before) for bar in found.rows[0].bars] == [
        ("90.0", False),
        ("80.0", True),
        ("20.0", False),
        ("10.0", True),
    ]
    assert len(found.rows[1].bars) == 2


def test_the_pie_shows_what_is_left_last() -> None:
    (found,) = pictures("responsibility_pie")

    assert [(row.bars[0].text, row.bars[0].width) for row in found.rows][-1] == ("15 %", "15.0")


def test_shares_over_the_whole_stay_within_the_picture() -> None:
    (found,) = pictures("responsibility_pie", {"slices": [{"cause": "a", "percent": 250}]})

    assert found.rows[0].bars[0].width == "100.0"


def test_a_week_is_told_day_by_day_in_order() -> None:
    (found,) = pictures("weekly_planner")

    assert [(day.name, day.lines) for day in found.days] == [
        ("tis", ("19:00 45 min köksbordet",)),
        ("fre", ("08:00 30 min",)),
    ]


def test_nothing_is_drawn_of_an_empty_entry() -> None:
    assert pictures("values_compass", {}) == ()
    assert pictures("values_compass", {"areas": "hej"}) == ()


def night(day: int, **changed: object) -> dict[str, Any]:
    return {**ALL["sleep_diary"].document["example"], "date": f"2026-03-{day:02d}", **changed}  # type: ignore[dict-item]


def test_a_night_runs_from_the_evening_over_midnight_and_a_missing_one_is_a_gap() -> None:
    view = series_view(ALL["sleep_diary"], [night(5), night(7)], language="sv", now=NOW)

    assert view.nights is not None
    first, missing, last = view.nights.nights
    assert first.bed is not None
    # From 23.00, five hours after 18, for eight hours.
    assert (first.bed.x, first.bed.width) == ("300", "480")
    assert first.asleep is not None
    # Asleep from 23.30 and 45 minutes, until 6.15.
    assert (first.asleep.x, first.asleep.width) == ("375", "360")
    assert (missing.bed, missing.asleep) == (None, None)
    assert last.bed is not None


def test_the_window_is_laid_over_the_nights() -> None:
    window = {"window": {"bed": "00:30", "rise": "06:00"}}

    view = series_view(ALL["sleep_diary"], [night(5)], language="sv", now=NOW, context=window)

    assert view.nights is not None
    assert view.nights.window is not None
    assert (view.nights.window.x, view.nights.window.width) == ("390", "330")


def test_the_nights_have_a_key_in_their_own_colours() -> None:
    """Darker by day is lighter by night: words about shades are wrong in one of the two."""
    drawn = render_to_string(
        "programs/exercises/_nights.html",
        {"nights": series_view(ALL["sleep_diary"], [night(5)], language="sv", now=NOW).nights},
    )

    key = drawn[: drawn.index("exercise-nights__list")]
    for shade, words in (("bed", "I sängen"), ("asleep", "Sov")):
        assert re.search(rf'class="exercise-nights__{shade}"[^/]*/></svg>{words}</li>', key)
    assert "mörkare" not in drawn


def test_other_exercises_have_no_nights() -> None:
    assert series_view(ALL["energy_diary"], [], language="sv", now=NOW).nights is None
