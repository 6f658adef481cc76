"""Risk answers are flagged whatever else is missing, and deterioration takes two answers in a row."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.flags import (
    Deterioration,
    RiskLevel,
    asks_follow_up,
    deterioration,
    level_after_follow_up,
    risk_level,
)
from measurements.follow_up import follow_up, read_follow_up
from measurements.registry import instrument, shipped
from measurements.scoring import score

PHQ9 = instrument("phq-9")
NOTHING_ELSE: list[int | None] = [None] * 8


@pytest.mark.parametrize(
    ("value", "level"),
    [(None, "unanswered"), (0, "none"), (1, "watch"), (2, "high"), (3, "high")],
)
def test_phq9_item_9_alone_decides_the_level_on_an_otherwise_empty_form(
    value: int | None, level: str
) -> None:
    assert risk_level(PHQ9, [*NOTHING_ELSE, value]) == level


@pytest.mark.parametrize(
    ("value", "level"),
    [(None, "unanswered"), (0, "none"), (1, "none"), (2, "watch"), (3, "watch"), (4, "high"), (6, "high")],
)
def test_madrs_s_item_9_has_its_own_scale(value: int | None, level: str) -> None:
    assert risk_level(instrument("madrs-s"), [*NOTHING_ELSE, value]) == level


def test_core10_plans_are_high_at_once() -> None:
    answers = [None, None, None, None, None, 1, None, None, None, None]

    assert risk_level(instrument("core-10"), answers) is RiskLevel.HIGH


def test_an_instrument_that_does_not_ask_gives_no_level() -> None:
    assert risk_level(instrument("gad-7"), [3] * 7) is RiskLevel.NONE


@pytest.mark.parametrize("wrong", [True, 4, -1, 1.0, "1"])
def test_an_impossible_risk_answer_is_refused_rather_than_passed_over(wrong: object) -> None:
    with pytest.raises(ValueError, match="phq-9 item 9"):
        risk_level(PHQ9, [*NOTHING_ELSE, wrong])


def test_a_wrong_number_of_answers_is_refused() -> None:
    with pytest.raises(ValueError, match="9 items, got 8"):
        risk_level(PHQ9, [0] * 8)


@given(st.lists(st.none() | st.integers(0, 3), min_size=9, max_size=9))
def test_the_level_and_the_score_agree_on_every_form(answers: list[int | None]) -> None:
    level, findings = risk_level(PHQ9, answers), score(PHQ9, answers).findings

    assert level.raises_alert == findings["suicidality_flag"]
    assert (level is RiskLevel.UNANSWERED) == findings["suicidality_unanswered"]


def test_only_watch_and_high_raise_an_alert_and_lead_to_more_questions() -> None:
    assert [level for level in RiskLevel if level.raises_alert] == [RiskLevel.WATCH, RiskLevel.HIGH]
    assert [level for level in RiskLevel if asks_follow_up(level)] == [RiskLevel.WATCH, RiskLevel.HIGH]


@pytest.mark.parametrize("key", ["plan", "intent"])
def test_watch_and_a_yes_to_plan_or_intent_is_high(key: str) -> None:
    assert level_after_follow_up(RiskLevel.WATCH, {key: "yes"}) is RiskLevel.HIGH


def test_a_yes_to_plan_is_high_also_where_the_risk_item_was_left_out() -> None:
    assert level_after_follow_up(RiskLevel.UNANSWERED, {"plan": "yes"}) is RiskLevel.HIGH


@pytest.mark.parametrize(
    "answers",
    [{}, {"plan": "no", "intent": "unsure"}, {"thoughts": "yes", "means": "yes", "protective": "yes"}],
)
def test_other_follow_up_answers_leave_watch_as_it_is(answers: dict[str, str]) -> None:
    assert level_after_follow_up(RiskLevel.WATCH, answers) is RiskLevel.WATCH


@given(
    st.sampled_from(RiskLevel),
    st.dictionaries(st.sampled_from(["plan", "intent"]), st.sampled_from(["no", "yes"])),
)
def test_follow_up_answers_never_lower_a_level(level: RiskLevel, answers: dict[str, str]) -> None:
    order = list(RiskLevel)

    assert order.index(level_after_follow_up(level, answers)) >= order.index(level)


def test_follow_up_asks_five_things_in_both_languages() -> None:
    asked = follow_up()

    assert [one.key for one in asked.questions] == ["thoughts", "plan", "intent", "means", "protective"]
    texts = [asked.title, asked.intro, *(one.text for one in asked.questions)]
    texts += [one.text for one in asked.answers]
    assert all(text.keys() == {"sv", "en"} and all(text.values()) for text in texts)


def test_a_posted_follow_up_keeps_what_it_knows_and_drops_the_rest() -> None:
    posted = {"follow_up_plan": "yes", "follow_up_intent": "perhaps", "other": "yes", "follow_up_means": ""}

    assert read_follow_up(posted) == {"plan": "yes"}


@pytest.mark.parametrize(
    ("scores", "expected"),
    [
        ([], Deterioration.NONE),
        ([15], Deterioration.NONE),
        ([16], Deterioration.WATCH),
        ([16, 16], Deterioration.ALERT),
        ([16, 12], Deterioration.NONE),
        ([16, 12, 17], Deterioration.WATCH),
        ([12, 16, 17], Deterioration.ALERT),
        ([16, None, 17], Deterioration.ALERT),
        ([16, None], Deterioration.WATCH),
        ([None, None], Deterioration.NONE),
    ],
)
def test_two_answers_in_a_row_above_baseline_alert_and_one_is_watched(
    scores: list[float | None], expected: Deterioration
) -> None:
    assert deterioration(PHQ9, 10, scores) is expected


def test_without_baseline_or_published_reliable_change_nothing_is_said() -> None:
    assert deterioration(PHQ9, None, [27, 27]) is Deterioration.NONE
    assert deterioration(instrument("pss-10"), 0, [40, 40]) is Deterioration.NONE


def test_every_risk_rule_grades_watch_or_high_on_values_its_item_has() -> None:
    rules = [(one, one.risk) for one in shipped().values() if one.risk]

    assert {one.id for one, _ in rules} == {"phq-9", "madrs-s", "core-10"}
    for one, risk in rules:
        values = one.items[risk.item - 1].values
        assert all({step.lowest, step.highest} <= values for step in risk.steps)
        assert {step.level for step in risk.steps} <= {"watch", "high"}
