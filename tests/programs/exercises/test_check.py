"""Drafts hold anything that can be stored; handing in asks what the definition asks, in plain words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from programs.exercises.definitions import load_all
from programs.exercises.reading import read_form
from programs.exercises.validation import LONGEST_KEPT, check

ALL = load_all()


def example(exercise: str) -> dict[str, Any]:
    found: Any = ALL[exercise].document["example"]
    return dict(found)


def found(exercise: str, *, complete: bool = True, **changed: object) -> list[tuple[str, str]]:
    problems = check(ALL[exercise], example(exercise) | changed, complete=complete)
    return [(each.path, each.code) for each in problems]


def sentence(exercise: str, language: str, **changed: object) -> str:
    with translation.override(language):
        return str(check(ALL[exercise], example(exercise) | changed, complete=True)[0].sentence)


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_the_example_of_each_type_can_be_handed_in(exercise: str) -> None:
    assert check(ALL[exercise], example(exercise), complete=True) == []


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_an_empty_form_is_a_fine_draft_and_no_hand_in(exercise: str) -> None:
    values = read_form(ALL[exercise], {})
    assert check(ALL[exercise], values, complete=False) == []
    required = {field.name for field in ALL[exercise].fields if field.required}
    assert {each.path for each in check(ALL[exercise], values, complete=True)} == required


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"energy_am": 11}, ("energy_am", "range")),
        ({"energy_am": -1}, ("energy_am", "range")),
        ({"energy_am": "fyra"}, ("energy_am", "number")),
        ({"energy_am": True}, ("energy_am", "number")),
        ({"energy_am": None}, ("energy_am", "choose")),
        ({"pauses": None}, ("pauses", "required")),
        ({"date": "2026-02-30"}, ("date", "date")),
        ({"date": 20260302}, ("date", "unreadable")),
        ({"gave": "x" * 301}, ("gave", "too_long")),
        ({"gave": ["x"]}, ("gave", "unreadable")),
    ],
)
def test_hand_in_asks_for_the_right_kind(changed: dict[str, Any], expected: tuple[str, str]) -> None:
    assert found("energy_diary", **changed) == [expected]


def test_a_scale_goes_by_its_steps() -> None:
    assert found("exposure_log", suds_peak=67) == [("suds_peak", "step")]
    assert "65" in sentence("exposure_log", "sv", suds_peak=67)


def test_options_are_those_shown() -> None:
    assert found("activity_diary", block="dawn") == [("block", "option")]
    assert found("panic_attack_log", symptoms=["palp", "hunger"]) == [("symptoms", "option")]
    assert found("panic_attack_log", symptoms="palp") == [("symptoms", "unreadable")]


def test_a_row_answers_for_itself() -> None:
    rows = [{"emotion": "sad", "before": 50}, {"emotion": "sad", "before": "mycket"}]
    assert found("thought_record", emotions=rows) == [("emotions-1-before", "number")]
    assert sentence("thought_record", "sv", emotions=rows).startswith("Känslor, rad 2, Styrka före")


def test_a_list_has_a_fewest_and_a_most() -> None:
    option = {"option": "a", "pro": 1, "con": 1}
    assert found("problem_solving", options_list=[option]) == [("options_list", "too_few")]
    assert found("problem_solving", options_list=[option] * 11) == [("options_list", "too_many")]


def test_empty_rows_are_no_rows() -> None:
    option = {"option": "a", "pro": 1, "con": 1}
    empty = {"option": None, "pro": None, "con": None}
    assert found("problem_solving", options_list=[option, empty, option]) == []


def test_no_unwanted_effects_is_an_answer() -> None:
    assert found("negative_effects_check", items=[]) == []


def test_a_sentence_says_by_how_much_a_text_is_too_long() -> None:
    assert "12 tecken" in sentence("energy_diary", "sv", gave="x" * 312)
    assert "1 character too long" in sentence("energy_diary", "en", gave="x" * 301)


def test_a_sentence_starts_with_the_label_in_the_readers_language() -> None:
    assert sentence("energy_diary", "sv", gave="x" * 301).startswith("Vad gav energi:")
    assert sentence("energy_diary", "en", gave="x" * 301).startswith("What gave energy:")


def test_a_draft_keeps_what_hand_in_would_refuse() -> None:
    changed: dict[str, Any] = {"energy_am": "fyra", "gave": "x" * 100_000, "date": "i går", "stress": 400}
    assert found("energy_diary", complete=False, **changed) == []


def test_a_draft_has_an_end_and_says_where() -> None:
    values = {"summary": "x" * (LONGEST_KEPT + 3)}
    problem = check(ALL["module_reflection"], values, only=["summary"], complete=False)[0]
    assert (problem.code, problem.blocks) == ("over_cap", True)
    with translation.override("en"):
        assert "3 characters longer" in str(problem.sentence)


def test_replaced_characters_are_told_and_do_not_block() -> None:
    values = read_form(ALL["module_reflection"], {"summary": "a\x00"}, only=["summary"])
    problem = check(ALL["module_reflection"], values, only=["summary"], complete=False)[0]
    assert (problem.code, problem.blocks) == ("replaced", False)


def test_unstorable_characters_that_slipped_past_reading_block() -> None:
    problem = check(ALL["module_reflection"], {"summary": "a\udcff"}, only=["summary"], complete=False)[0]
    assert (problem.code, problem.blocks) == ("unreadable", True)


def test_only_the_fields_of_the_step_are_asked() -> None:
    values = {"situation": "x"}
    assert check(ALL["thought_record"], values, only=["situation"], complete=True) == []


@pytest.mark.parametrize(
    ("changed", "path"),
    [
        ({"lights_out": "22:30"}, "lights_out"),
        ({"out_of_bed": "22:00"}, "out_of_bed"),
        ({"final_wake": "07:30"}, "final_wake"),
    ],
)
def test_impossible_nights_are_refused(changed: dict[str, object], path: str) -> None:
    problems = check(ALL["sleep_diary"], example("sleep_diary") | changed, complete=True)
    assert path in {each.path for each in problems if each.blocks}


def test_more_minutes_awake_than_the_night_is_asked_about_but_not_refused() -> None:
    problems = check(ALL["sleep_diary"], example("sleep_diary") | {"waso": 400}, complete=True)
    assert [(each.path, each.code, each.blocks) for each in problems] == [("waso", "rule", False)]


def test_shares_above_a_hundred_are_refused() -> None:
    slices = [{"cause": "a", "percent": 40}, {"cause": "b", "percent": 40}, {"cause": "c", "percent": 21}]
    assert found("responsibility_pie", slices=slices) == [("slices", "rule")]
    slices[2]["percent"] = 20
    assert found("responsibility_pie", slices=slices) == []


@pytest.mark.parametrize(
    ("told", "note"),
    [({}, True), ({"none_today": True}, False), ({"when": "14:20"}, False), ({"symptoms": ["palp"]}, False)],
)
def test_a_panic_diary_with_a_date_alone_is_told_that_it_counts_as_nothing(
    told: dict[str, Any], note: bool
) -> None:
    values = read_form(ALL["panic_attack_log"], {}) | {"date": "2026-03-04", **told}
    problems = check(ALL["panic_attack_log"], values, complete=True)

    assert [(each.path, each.code, each.blocks) for each in problems] == (
        [("none_today", "rule", False)] if note else []
    )
