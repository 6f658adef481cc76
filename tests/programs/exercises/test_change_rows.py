"""Rows are added and removed by submitting the form, without any script."""

from __future__ import annotations

from django.http import QueryDict

from programs.exercises.definitions import load_all
from programs.exercises.rows import asks_for_rows, change_rows

GOALS = load_all()["goal_setting"]
FILLED = "goals-0-goal=a&goals-1-goal=b&goals-2-goal="


def goals_after(command: str) -> list[object]:
    rows = change_rows(GOALS, QueryDict(f"{FILLED}&rows={command}"))["goals"]
    assert isinstance(rows, list)
    return [row.get("goal") for row in rows]


def test_a_row_is_added_last_and_empty_ones_stay() -> None:
    assert goals_after("add:goals") == ["a", "b", None, None]


def test_the_row_of_the_button_is_removed() -> None:
    assert goals_after("remove:goals:0") == ["b", None]


def test_a_command_for_another_list_changes_nothing() -> None:
    assert goals_after("add:slots") == ["a", "b", None]
    assert goals_after("remove:goals:9") == ["a", "b", None]


def test_only_a_row_button_asks_for_rows() -> None:
    assert asks_for_rows(QueryDict("rows=add:goals"))
    assert not asks_for_rows(QueryDict("rows=drop table"))
    assert not asks_for_rows({"rows": {"add": "goals"}})
    assert not asks_for_rows(QueryDict("goals-0-goal=a"))
