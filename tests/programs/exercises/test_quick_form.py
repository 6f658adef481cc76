"""What a short entry offers: figures by a tap, what was used last first, the rest folded; pages; rows put in order."""

from __future__ import annotations

from typing import Any

import pytest

from programs.exercises.definitions import load_all
from programs.exercises.drawing import FieldView, FormView, form_view
from programs.exercises.problems import Problem
from programs.exercises.rows import change_rows

ALL = load_all()


def form(exercise: str, values: dict[str, Any] | None = None, **more: Any) -> FormView:
    return form_view(ALL[exercise], values or {}, language="sv", **more)


def every(view: FormView) -> dict[str, FieldView]:
    return {each.name: each for each in (*view.fields, *view.more)}


def test_what_may_be_left_out_is_folded() -> None:
    view = form("activity_diary")

    assert [each.name for each in view.fields] == ["date", "block", "activity", "mood"]
    assert [each.name for each in view.more] == ["kind", "mastery", "pleasure"]


def test_nothing_is_folded_where_only_the_day_must_be_said() -> None:
    """A panic diary that shows a day alone would be handed in as one, which tells of nothing."""
    view = form("panic_attack_log")

    assert view.more == ()
    assert "none_today" in {each.name for each in view.fields}


def test_what_is_begun_or_at_fault_is_not_folded() -> None:
    fault = Problem("mastery", "range", "Bemästrande: fel")

    view = form("activity_diary", {"kind": "social"}, problems=[fault])

    assert [each.name for each in view.more] == ["pleasure"]


def test_nothing_is_folded_where_an_exercise_is_no_diary() -> None:
    assert form("goal_setting").more == ()


def test_a_long_scale_is_offered_in_tenths() -> None:
    assert every(form("worry_diary"))["distress"].chips == tuple(range(0, 101, 10))


def test_her_own_words_are_offered_the_last_used_first() -> None:
    earlier = [
        {"activity": "Promenad"},
        {"activity": "Diska"},
        {"activity": "Promenad"},
        {"activity": "x" * 61},
    ]

    assert every(form("activity_diary", earlier=earlier))["activity"].suggestions == ("Promenad", "Diska")


def test_the_choice_used_last_stands_first() -> None:
    view = form(
        "relaxation_log", earlier=[{"method": "breath"}, {"method": "body"}, {"method": "odd"}, {"method": 4}]
    )

    options = [option.value for option in every(view)["method"].options]
    assert options == ["breath", "body", "pmr", "release", "cue"]


def test_the_parts_of_a_day_keep_their_order() -> None:
    view = form("activity_diary", earlier=[{"block": "evening"}])

    assert every(view)["block"].options[0].value == "morning"


def test_a_thought_is_written_a_column_a_page() -> None:
    pages = [[each.name for each in page] for page in form("thought_record").pages]

    assert pages[0] == ["when", "situation"]
    assert len(pages) == 9


def test_a_step_that_asks_the_first_columns_has_pages_for_them_alone() -> None:
    view = form(
        "thought_record", only=["when", "situation", "automatic_thought", "belief_before", "emotions"]
    )

    assert len(view.pages) == 3


def test_the_belief_before_stands_beside_the_belief_after() -> None:
    view = every(form("thought_record", {"belief_before": 80}))["belief_after"]

    assert (view.beside, view.beside_from) == ("80", "belief_before")


# -- rows in order, by buttons


def ladder(*suds: object) -> dict[str, Any]:
    return {
        f"steps-{row}-{name}": value
        for row, level in enumerate(suds)
        for name, value in (("situation", f"s{row}"), ("suds", level))
    }


def order(data: dict[str, Any]) -> list[object]:
    rows: Any = change_rows(ALL["exposure_hierarchy"], data)["steps"]
    return [row["situation"] for row in rows]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("sort:steps", ["s2", "s0", "s1", "s3"]),
        ("up:steps:2", ["s0", "s2", "s1", "s3"]),
        ("down:steps:0", ["s1", "s0", "s2", "s3"]),
        ("up:steps:0", ["s0", "s1", "s2", "s3"]),
        ("down:steps:3", ["s0", "s1", "s2", "s3"]),
        ("up:steps:99", ["s0", "s1", "s2", "s3"]),
        ("sort:elsewhere", ["s0", "s1", "s2", "s3"]),
    ],
)
def test_rows_are_moved_and_put_in_order_without_a_script(command: str, expected: list[str]) -> None:
    assert order({**ladder("40", "90", "10", "högt"), "rows": command}) == expected


def test_equal_steps_keep_the_order_they_were_written_in() -> None:
    assert order({**ladder("50", "50", "20"), "rows": "sort:steps"}) == ["s2", "s0", "s1"]


def test_the_first_row_goes_no_higher_and_the_last_no_lower() -> None:
    rows = every(form("exposure_hierarchy", {"steps": [{"suds": 10}] * 6}))["steps"].rows

    assert (rows[0].up, rows[-1].down) == ("", "")
    assert (rows[1].up, rows[1].down) == ("up:steps:1", "down:steps:1")


def test_rows_of_other_lists_have_no_order() -> None:
    view = every(form("goal_setting", {"goals": [{}, {}]}))["goals"]

    assert (view.sort, view.rows[1].up) == ("", "")
