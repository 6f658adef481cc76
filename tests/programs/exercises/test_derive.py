"""Computed values agree with the published vectors and with figures worked out by hand."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from ikbt.common.clock import STOCKHOLM
from programs.exercises.definitions import load_all
from programs.exercises.derived import derive, derive_entry, gather_context
from programs.exercises.validation import check

ALL = load_all()
NOW = datetime(2026, 3, 8, 12, 0, tzinfo=STOCKHOLM)
VECTORS: dict[str, list[dict[str, Any]]] = json.loads(
    Path(__file__).with_name("vectors.json").read_text(encoding="utf-8")
)
# What stands in a vector beside the values it expects: "in" is one entry, "entries" are several; "why" shows the
# arithmetic and "problems" what hand-in says, as pairs of field and code.
GIVEN = frozenset({"in", "entries", "context", "why", "problems"})
CASES = [
    pytest.param(exercise, vector, name, id=f"{exercise}-{number}-{name}")
    for exercise, vectors in VECTORS.items()
    for number, vector in enumerate(vectors)
    for name in vector
    if name not in GIVEN
]


def example(exercise: str) -> dict[str, Any]:
    found: Any = ALL[exercise].document["example"]
    return dict(found)


def entry_value(exercise: str, entry: dict[str, Any], name: str, now: datetime = NOW) -> object:
    return {each.name: each.value for each in derive_entry(ALL[exercise], entry, now=now)}[name]


def series_value(exercise: str, entries: list[dict[str, Any]], name: str, **context: object) -> object:
    found = derive(ALL[exercise], entries, now=NOW, context=context)
    return {each.name: each.value for each in found}[name]


def given_by(exercise: str, vector: dict[str, Any]) -> list[dict[str, Any]]:
    if "entries" in vector:
        return list(vector["entries"])
    return [example(exercise) if vector["in"] == "example" else vector["in"]]


@pytest.mark.parametrize(("exercise", "vector", "name"), CASES)
def test_vector(exercise: str, vector: dict[str, Any], name: str) -> None:
    given = given_by(exercise, vector)
    found = [
        *derive_entry(ALL[exercise], given[-1], now=NOW),
        *derive(ALL[exercise], given, now=NOW, context=vector.get("context", given[-1])),
    ]
    assert {each.name: each.value for each in found}[name] == vector[name]


ASKED = [
    pytest.param(exercise, vector, id=f"{exercise}-{number}")
    for exercise, vectors in VECTORS.items()
    for number, vector in enumerate(vectors)
    if "problems" in vector
]


@pytest.mark.parametrize(("exercise", "vector"), ASKED)
def test_what_hand_in_says_of_a_vector(exercise: str, vector: dict[str, Any]) -> None:
    found = check(ALL[exercise], given_by(exercise, vector)[0], complete=True)
    assert [[each.path, each.code] for each in found if each.blocks] == vector["problems"]


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_every_type_has_two_vectors_that_cover_each_of_its_formulas(exercise: str) -> None:
    vectors = VECTORS[exercise]
    expected = {name for vector in vectors for name in vector} - GIVEN
    assert len({json.dumps(given_by(exercise, vector)) for vector in vectors}) >= 2
    assert expected == {each.name for each in ALL[exercise].derived}


def test_every_vector_worked_out_by_hand_shows_its_arithmetic() -> None:
    silent = [
        exercise
        for exercise, vectors in VECTORS.items()
        for vector in vectors
        if "why" not in vector and vector["in"] != "example" and exercise != "sleep_window_plan"
    ]
    assert silent == []


# -- types that came without vectors: worked out by hand


def mood(day: int, value: int, kind: str | None = "social") -> dict[str, Any]:
    return {"date": f"2026-03-{day:02d}", "block": "evening", "activity": "x", "kind": kind, "mood": value}


def test_mood_is_averaged_by_day_and_by_kind() -> None:
    entries = [mood(2, 4), mood(2, 7, "rest"), mood(3, 6, None)]
    assert series_value("activity_diary", entries, "day_mean_mood") == {"2026-03-02": 5.5, "2026-03-03": 6}
    assert series_value("activity_diary", entries, "mood_by_kind") == {"social": 4, "rest": 7}
    assert series_value("activity_diary", entries, "days_logged") == 2


def test_a_week_is_seven_days_ending_today() -> None:
    entries = [mood(1, 5), mood(2, 5), mood(8, 5), mood(9, 5)]
    assert series_value("activity_diary", entries, "days_logged") == 2


def test_a_week_in_which_nobody_wrote_is_missing_not_zero() -> None:
    assert series_value("activity_diary", [], "days_logged") is None
    assert series_value("panic_attack_log", [], "attacks_week") is None


def test_body_exposure_counts_and_judges_each_exercise_by_its_last_peak() -> None:
    def straw(hour: int, peak: int, exercise: str = "straw") -> dict[str, Any]:
        return {"exercise": exercise, "suds_peak": peak, "created": f"2026-03-02T{hour:02d}:00"}

    entries = [straw(12, 30), straw(10, 65), straw(9, 50, "spin")]
    assert series_value("interoceptive_exposure_log", entries, "repetitions") == {"spin": 1, "straw": 2}
    assert series_value("interoceptive_exposure_log", entries, "habituated") == {"spin": False, "straw": True}


def test_worry_minutes_by_day_and_share_hypothetical() -> None:
    entries = [
        {"date": "2026-03-05", "minutes": 90, "kind": "hypothetical"},
        {"date": "2026-03-05", "minutes": 20, "kind": "practical"},
        {"date": "2026-03-06", "minutes": 10, "kind": "hypothetical"},
    ]
    assert series_value("worry_diary", entries, "minutes_day") == {"2026-03-05": 110, "2026-03-06": 10}
    assert series_value("worry_diary", entries, "share_hypothetical") == 66.7


def test_share_of_a_kind_nobody_was_asked_for_is_missing() -> None:
    entries = [{"date": "2026-03-05", "minutes": 90}]
    assert series_value("worry_diary", entries, "share_hypothetical") is None


def test_mindfulness_minutes_of_the_week_by_when_it_was_written() -> None:
    entries = [
        {"minutes": 10, "created": datetime(2026, 3, 7, 23, 30, tzinfo=STOCKHOLM)},
        {"minutes": 15, "created": datetime(2026, 3, 1, 23, 30, tzinfo=STOCKHOLM)},
    ]
    assert series_value("mindfulness_log", entries, "minutes_week") == 10


def test_compulsion_minutes_by_day_and_how_often_resisted() -> None:
    entries = [
        {"when": "2026-03-02T07:40", "minutes": 25, "resisted": "no"},
        {"when": "2026-03-02T21:00", "minutes": 5, "resisted": "delayed"},
        {"when": "2026-03-03T07:40", "minutes": 10, "resisted": "yes"},
    ]
    assert series_value("ocd_log", entries, "minutes_day") == {"2026-03-02": 30, "2026-03-03": 10}
    assert series_value("ocd_log", entries, "resist_rate") == 66.7


def test_a_crisis_plan_is_stale_after_thirty_days() -> None:
    plan = {"reviewed": "2026-02-06"}
    assert entry_value("safety_plan", plan, "stale") is False
    assert entry_value("safety_plan", plan, "stale", NOW.replace(day=9)) is True
    assert entry_value("safety_plan", {}, "stale") is None


# -- weeks of exercises that have vectors for one entry only


def test_only_activities_whose_time_has_come_count_as_planned() -> None:
    entries = [
        {"planned_at": "2026-03-07T10:00", "outcome": "done"},
        {"planned_at": "2026-03-08T10:00", "outcome": "not"},
        {"planned_at": "2026-03-08T18:00", "outcome": "done"},
    ]
    assert series_value("activity_schedule", entries, "completion_rate") == 50


def test_attacks_and_days_without_are_counted_apart() -> None:
    entries = [
        {"date": "2026-03-04", "none_today": False, "intensity": 60},
        {"date": "2026-03-04", "none_today": False, "cued": "uncued"},
        {"date": "2026-03-04", "none_today": False},
        {"date": "2026-03-05", "none_today": True},
        {"date": "2026-03-05", "none_today": True},
    ]
    assert series_value("panic_attack_log", entries, "attacks_week") == 2
    assert series_value("panic_attack_log", entries, "days_without") == 1


def test_energy_swings_as_sample_standard_deviation() -> None:
    entries = [{"date": f"2026-03-0{day}", "energy_pm": pm} for day, pm in ((6, 2), (7, 4), (8, 9))]
    assert series_value("energy_diary", entries, "boom_bust") == 3.6


def test_exposures_without_ritual_as_share_of_all() -> None:
    entries = [
        {"start": "2026-03-06T10:00", "ritual_after": "none"},
        {"start": "2026-03-06T12:00", "ritual_after": "full"},
        {"start": "2026-03-07T10:00", "ritual_after": "none"},
    ]
    assert series_value("erp_log", entries, "clean_rate") == 66.7
    assert series_value("erp_log", entries, "days_practised") == 2


def test_an_unanswered_prediction_gives_no_expectancy_violation() -> None:
    entry = example("behavioural_experiment") | {"prediction_true": None}
    assert entry_value("behavioural_experiment", entry, "expectancy_violation") is None


# -- the sleep week and the window


def night(day: int, **changed: object) -> dict[str, Any]:
    return example("sleep_diary") | {"date": f"2026-03-{day:02d}"} | changed


WEEK = [night(day) for day in range(2, 9)]


def test_the_sleep_week_is_a_ratio_of_sums() -> None:
    entries = [*WEEK[:5], night(7, bed_time="01:00", lights_out="01:00", sol=0, waso=0)]
    # Five nights of 320 of 480 minutes, one of 315 of 360: 1915 of 2760..
    assert series_value("sleep_diary", entries, "week_se") == 69.4
    assert series_value("sleep_diary", entries, "week_tst") == 319.2
    assert series_value("sleep_diary", entries, "nights") == 6


def test_four_nights_are_too_few_for_a_weekly_efficiency() -> None:
    assert series_value("sleep_diary", WEEK[:4], "week_se") is None


def test_a_night_that_cannot_be_computed_is_left_out_of_the_week() -> None:
    assert series_value("sleep_diary", [*WEEK[:5], night(7, sol=480)], "week_se") == 66.7


def test_a_night_told_twice_counts_once_as_told_last() -> None:
    entries = [*WEEK[:5], night(6, waso=0)]
    assert series_value("sleep_diary", entries, "nights") == 5
    assert series_value("sleep_diary", entries, "week_tst") == 328


def test_sleeping_past_noon_is_not_a_day_longer() -> None:
    entry = night(3, bed_time="04:00", lights_out="04:10", final_wake="12:20", out_of_bed="12:30")
    assert entry_value("sleep_diary", entry, "tib") == 510
    assert entry_value("sleep_diary", entry, "terminal_wake") == 10


def test_window_adherence_allows_twenty_minutes_round_midnight() -> None:
    entries = [night(6, bed_time="23:50"), night(7, bed_time="00:30"), night(8, bed_time="00:31")]
    window = {"bed": "00:10", "rise": "07:00"}
    assert series_value("sleep_diary", entries, "window_adherence", window=window) == 66.7
    assert series_value("sleep_diary", entries, "window_adherence") is None


def test_the_window_takes_its_week_from_the_sleep_diary() -> None:
    plan = {"rise_time": "07:00", "window_min": 330, "set_by": "rule", "created": NOW}
    series = {"sleep_diary": WEEK, "sleep_window_plan": [plan]}
    context = gather_context(ALL["sleep_window_plan"], ALL, series, now=NOW)
    assert context["week_se"] == 66.7
    assert series_value("sleep_window_plan", [plan], "next_window", **context) == 315
    assert series_value("sleep_window_plan", [plan], "initial_window", **context) == 315


def test_one_risky_night_holds_the_window() -> None:
    plan = {"rise_time": "07:00", "window_min": 330, "set_by": "rule", "created": NOW}
    series = {"sleep_diary": [*WEEK[:6], night(8, dozed_risk=True)]}
    context = gather_context(ALL["sleep_window_plan"], ALL, series, now=NOW)
    assert series_value("sleep_window_plan", [plan], "next_window", **context) == 330


def test_no_diary_gives_no_window() -> None:
    plan = {"rise_time": "07:00", "window_min": 330, "set_by": "rule", "created": NOW}
    context = gather_context(ALL["sleep_window_plan"], ALL, {}, now=NOW)
    assert series_value("sleep_window_plan", [plan], "next_window", **context) is None


def test_the_diary_takes_the_window_from_the_latest_plan() -> None:
    plans = [
        {"rise_time": "07:00", "window_min": 330, "created": NOW},
        {"rise_time": "06:00", "window_min": 300, "created": NOW.replace(day=1)},
    ]
    context = gather_context(ALL["sleep_diary"], ALL, {"sleep_window_plan": plans}, now=NOW)
    assert context == {"window": {"bed": "01:30", "rise": "07:00"}}


def test_a_unit_may_set_a_more_careful_floor() -> None:
    plan = {"rise_time": "07:00", "window_min": 360}
    context = {"nights": 7, "week_se": 70, "kss": 3, "dozed_risk": False, "floor_min": 360}
    assert series_value("sleep_window_plan", [plan], "next_window", **context) == 360
