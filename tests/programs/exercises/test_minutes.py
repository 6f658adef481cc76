"""The minutes of an exercise follow from its fields."""

from __future__ import annotations

import pytest

from programs.exercises.definitions import load_all
from programs.exercises.minutes import minutes_to_fill

ALL = load_all()


def test_seconds_add_up_and_round_up_to_minutes() -> None:
    # Six questions: 4 texts at 30 s and 2 scales at 8 s, all required: 136 s.
    assert minutes_to_fill(ALL["motivation_balance"]) == 3


def test_fewer_fields_take_less_time() -> None:
    assert minutes_to_fill(ALL["thought_record"], ["when", "situation"]) == 1
    assert minutes_to_fill(ALL["thought_record"]) > 1


def test_a_list_counts_its_fewest_rows() -> None:
    # Five rows: 2 texts and a scale required (68 s), a scale and a choice optional (8 s).
    assert minutes_to_fill(ALL["exposure_hierarchy"]) == 7


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_every_exercise_takes_a_reasonable_time(exercise: str) -> None:
    assert 1 <= minutes_to_fill(ALL[exercise]) <= 15
