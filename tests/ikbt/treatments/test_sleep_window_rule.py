"""The sleep window's rule agrees with the published vectors and with a table worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ikbt.treatments.sleep_window_rule import (
    Night,
    Numbers,
    Proposal,
    Step,
    Week,
    bed_time,
    first_window,
    least_compressed,
    next_window,
)

NUMBERS = Numbers()
CALM = Week(nights=7, efficiency=90)
VECTORS = json.loads(
    (Path(__file__).parents[2] / "programs" / "exercises" / "vectors.json").read_text(encoding="utf-8")
)["sleep_window_plan"]


@pytest.mark.parametrize("vector", [each for each in VECTORS if "next_window" in each])
def test_the_rule_gives_what_the_definitions_formula_gives(vector: dict[str, Any]) -> None:
    given = vector["in"]
    week = Week(given["nights"], given["week_se"], given["kss"], given["dozed_risk"])

    assert next_window(given["window_min"], week, NUMBERS, days=7).minutes == vector["next_window"]


@pytest.mark.parametrize(
    ("minutes", "week", "days", "step", "gives"),
    [
        (330, Week(7, 85.0), 7, Step.WIDER, 345),
        (330, Week(7, 84.9), 7, Step.KEEP, 330),
        (330, Week(7, 80.0), 7, Step.KEEP, 330),
        (330, Week(7, 79.9), 7, Step.NARROWER, 315),
        (330, Week(5, 79.9), 7, Step.NARROWER, 315),
        (330, Week(4, 70.0), 7, Step.FEW, 330),
        (330, Week(4, None), 7, Step.FEW, 330),
        (330, Week(0, None), 7, Step.FEW, 330),
        (330, Week(7, 70.0, kss=7), 7, Step.NARROWER, 315),
        (330, Week(7, 70.0, kss=8), 7, Step.SLEEPY, 330),
        (330, Week(7, 95.0, kss=9), 7, Step.SLEEPY, 330),
        (330, Week(7, 70.0, dozed=True), 7, Step.SLEEPY, 330),
        (330, Week(2, None, dozed=True), 7, Step.SLEEPY, 330),
        (300, Week(7, 60.0), 7, Step.AT_FLOOR, 300),
        (310, Week(7, 60.0), 7, Step.NARROWER, 300),
        (540, Week(7, 95.0), 7, Step.AT_CAP, 540),
        (530, Week(7, 95.0), 7, Step.WIDER, 540),
        (330, Week(7, 95.0), 6, Step.EARLY, None),
        (330, Week(7, 95.0), 30, Step.WIDER, 345),
    ],
)
def test_the_next_window(minutes: int, week: Week, days: int, step: Step, gives: int | None) -> None:
    assert next_window(minutes, week, NUMBERS, days=days) == Proposal(step, gives)


def test_a_careful_floor_holds() -> None:
    careful = Numbers(floor=360)

    assert next_window(360, Week(7, 60.0), careful, days=7) == Proposal(Step.AT_FLOOR, 360)


@pytest.mark.parametrize(
    ("asleep", "in_bed", "gives"),
    [
        # 326.4 is nearest to 330.
        ([320, 335, 300, 350, 340, 310, 330], 480, 330),
        # 337.5 lies half way between two quarters: up.
        ([337.5] * 7, 480, 345),
        # 270 is below the floor of five hours.
        ([270] * 7, 480, 300),
        # She was in bed for 412 minutes: 405 is the quarter within it.
        ([410] * 7, 412, 405),
        # Eleven hours are above the cap.
        ([660] * 7, 700, 540),
    ],
)
def test_the_first_window(asleep: list[float], in_bed: float, gives: int) -> None:
    nights = [Night(each, in_bed) for each in asleep]

    assert first_window(nights, CALM, NUMBERS) == Proposal(Step.FIRST, gives)


def test_six_nights_are_too_few_to_begin() -> None:
    assert first_window([Night(330, 480)] * 6, CALM, NUMBERS) == Proposal(Step.BASELINE, None)


def test_nothing_begins_for_who_has_nearly_dozed_off() -> None:
    sleepy = Week(nights=7, efficiency=60, dozed=True)

    assert first_window([Night(330, 480)] * 7, sleepy, NUMBERS) == Proposal(Step.SLEEPY, None)


@pytest.mark.parametrize("minutes", range(300, 541, 15))
@pytest.mark.parametrize("efficiency", [0.0, 60.0, 79.9, 80.0, 84.9, 85.0, 100.0])
@pytest.mark.parametrize("kss", [8, 9])
def test_sleepiness_never_makes_a_window_narrower(minutes: int, efficiency: float, kss: int) -> None:
    proposal = next_window(minutes, Week(7, efficiency, kss=kss), NUMBERS, days=7)

    assert proposal.minutes is not None
    assert proposal.minutes >= minutes


def test_the_time_to_go_to_bed_goes_round_midnight() -> None:
    assert bed_time(6 * 60 + 30, 330) == 60
    assert bed_time(6 * 60, 540) == 21 * 60


@pytest.mark.parametrize(
    ("window", "in_bed", "days", "least"),
    [
        (None, None, 0, None),
        (None, 451.0, 0, 465),
        (None, 600.0, 0, 540),
        (480, 400.0, 6, 480),
        (480, 400.0, 7, 450),
        (315, None, 7, 300),
    ],
)
def test_the_slow_way_begins_with_the_time_in_bed_and_takes_half_an_hour_a_week(
    window: int | None, in_bed: float | None, days: int, least: int | None
) -> None:
    assert least_compressed(window, in_bed, Numbers(), days=days) == least
