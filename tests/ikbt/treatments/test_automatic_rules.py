"""The table of rules: which step of a silence is due when, and that each has a key, a version and words."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import translation

from ikbt.common.clock import STOCKHOLM, midnight
from ikbt.outbox.models import Notice
from ikbt.treatments.automatic_rules import RULES, TABLE, Does, at_day, day_of, due_steps, key_of, switchable
from ikbt.treatments.thresholds import Thresholds

SINCE = midnight(date(2027, 1, 4)) + timedelta(hours=14)
NUMBERS = Thresholds()


def due(days: int, hour: int = 9, *, told_risk: bool = False, off: tuple[str, ...] = ()) -> list[str]:
    at = midnight(date(2027, 1, 4) + timedelta(days=days)) + timedelta(hours=hour)
    return [rule.key for rule in due_steps(SINCE, NUMBERS, told_risk=told_risk, off=off, at=at)]


@pytest.mark.parametrize(
    ("days", "steps"),
    [
        (2, []),
        (3, ["silent_remind"]),
        (6, ["silent_remind"]),
        (7, ["silent_message", "silent_task"]),
        (10, ["silent_message", "silent_write"]),
        (14, ["silent_message", "silent_call"]),
        (18, ["silent_message", "silent_letter"]),
        (28, ["silent_decide"]),
        (41, ["silent_decide"]),
        (42, []),
    ],
)
def test_of_messages_and_tasks_the_last_step_that_has_passed_is_due(days: int, steps: list[str]) -> None:
    assert due(days) == steps


def test_a_day_begins_at_eight_by_swedish_clocks() -> None:
    assert due(3, hour=7) == []
    assert due(3, hour=8) == ["silent_remind"]


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)], ids=["spring", "autumn"])
def test_a_day_begins_at_eight_also_when_the_clock_was_changed_that_night(night: date) -> None:
    assert at_day(night).astimezone(STOCKHOLM) == datetime.combine(
        night, at_day(night).time(), tzinfo=STOCKHOLM
    )
    assert at_day(night).hour == 8


def test_whoever_told_of_risk_is_called_after_a_week_and_not_again_after_two() -> None:
    assert due(7, told_risk=True) == ["silent_message", "silent_call"]
    assert due(10, told_risk=True) == ["silent_message", "silent_write"]
    assert due(14, told_risk=True) == ["silent_message", "silent_write"]


def test_what_is_off_is_not_made_up_for_by_the_step_before_it() -> None:
    assert due(10, off=("silent_write",)) == ["silent_message"]


def test_a_unit_s_zero_means_never() -> None:
    numbers = Thresholds(silent_remind_days=0, silent_message_days=0, silent_task_days=0)
    at = SINCE + timedelta(days=8)

    assert list(due_steps(SINCE, numbers, told_risk=False, off=(), at=at)) == []


def test_each_rule_has_words_in_both_languages_a_version_and_a_kind_when_it_is_a_message() -> None:
    for rule in TABLE:
        assert rule.version >= 1
        assert (rule.kind in Notice.Kind.values) is (rule.does is Does.MESSAGE), rule.key
        told = []
        for language in ("sv", "en"):
            with translation.override(language):
                told.append((str(rule.what), str(rule.when)))
        assert told[0][0] != told[1][0]
    assert len(RULES) == len(TABLE)


def test_passing_on_a_high_alert_can_not_be_switched_off() -> None:
    assert "escalation" not in {rule.key for rule in switchable()}


def test_the_business_key_tells_its_day() -> None:
    key = key_of(RULES["silent_call"], "x" * 36, date(2027, 3, 28))

    assert day_of(key) == date(2027, 3, 28)
    assert len(key) <= 120
