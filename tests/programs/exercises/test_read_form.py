"""A posted form becomes typed answers; what can't be read is kept as it was typed."""

from __future__ import annotations

import pytest
from django.http import QueryDict

from programs.exercises.definitions import load_all
from programs.exercises.reading import is_blank, read_form

ALL = load_all()


def test_every_kind_of_field_comes_back_typed() -> None:
    data = QueryDict(mutable=True)
    data.update(
        {"date": "2026-03-04", "when": "14.20", "minutes": " 8 ", "intensity": "80", "cued": "uncued"}
    )
    data.setlist("symptoms", ["palp", "dizzy"])
    values = read_form(ALL["panic_attack_log"], data)
    assert values == {
        "date": "2026-03-04",
        "none_today": False,
        "when": "14:20",
        "minutes": 8,
        "cued": "uncued",
        "intensity": 80,
        "symptoms": ["palp", "dizzy"],
        "thought": None,
        "did": None,
    }


def test_rows_of_a_list_keep_their_order_and_empty_ones_are_left_out() -> None:
    data = QueryDict("goals-2-goal=tredje&goals-0-goal=f%C3%B6rsta&goals-1-goal=&goals-1-attainment=")
    rows = read_form(ALL["goal_setting"], data)["goals"]
    assert isinstance(rows, list)
    assert [row["goal"] for row in rows] == ["första", "tredje"]


def test_what_is_no_number_is_kept_as_typed() -> None:
    values = read_form(ALL["energy_diary"], {"energy_am": "ganska låg", "pauses": "3,5", "date": "i går"})
    assert (values["energy_am"], values["pauses"], values["date"]) == ("ganska låg", "3,5", "i går")


@pytest.mark.parametrize(
    ("typed", "read"), [("7:30", "07:30"), ("0730", "07:30"), ("07:30:00", "07:30"), ("25:00", "25:00")]
)
def test_times_are_read_as_people_write_them(typed: str, read: str) -> None:
    assert read_form(ALL["worry_time"], {"plan_at": typed})["plan_at"] == read


def test_a_question_of_yes_or_no_knows_unanswered() -> None:
    exercise = ALL["exposure_log"]
    assert read_form(exercise, {})["safety_used"] is None
    assert read_form(exercise, {"safety_used": "false"})["safety_used"] is False
    assert read_form(exercise, {"safety_used": "true"})["safety_used"] is True


def test_only_the_fields_of_the_step_are_read() -> None:
    values = read_form(
        ALL["thought_record"], {"situation": "a", "action": "b", "other": "c"}, only=["situation"]
    )
    assert values == {"situation": "a"}


def test_characters_that_cannot_be_stored_are_replaced() -> None:
    values = read_form(ALL["thought_record"], {"situation": "a\x00b\ud800c"}, only=["situation"])
    assert values == {"situation": "a\ufffdb\ufffdc"}


def test_a_line_end_counts_as_one_character() -> None:
    assert read_form(ALL["thought_record"], {"situation": "a\r\nb"}, only=["situation"]) == {
        "situation": "a\nb"
    }


def test_a_very_long_answer_is_kept_whole() -> None:
    long = "å" * 100_000
    assert read_form(ALL["module_reflection"], {"summary": long}, only=["summary"]) == {"summary": long}


def test_a_form_nobody_filled_in_is_blank() -> None:
    assert is_blank(read_form(ALL["panic_attack_log"], {}))
    assert not is_blank(read_form(ALL["panic_attack_log"], {"intensity": "0"}))
