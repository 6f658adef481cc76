"""The access table is reviewed data: what the code declares must be what a human has read and let stand."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from ikbt.common.access_table import access_table, as_json_rows, undeclared

TABLE = Path(__file__).with_name("table.json")
HOW = (
    "Read the difference. If it is meant: `manage.py access_table --json > tests/access/table.json` "
    "and have the change of that file reviewed."
)


def _unguarded(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


urlpatterns = [path("utan-dorr/", _unguarded, name="unguarded")]


def reviewed() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(TABLE.read_text(encoding="utf-8"))
    return rows


def test_every_route_declares_who_may_come_in() -> None:
    assert undeclared(access_table()) == [], "Give the view a door (ikbt/common/doors.py)."


def test_b1_every_door_names_the_predicates_it_decides_by() -> None:
    named = [row.rule.partition("; rule: ")[2] for row in access_table() if row.rule.startswith("door: ")]

    assert len(named) > 60
    assert all(named), "Give the door its `rule`, see ikbt/treatments/rules.py."


def test_the_table_is_the_one_that_was_reviewed() -> None:
    declared = {json.dumps(row, ensure_ascii=False) for row in as_json_rows(access_table())}
    read = {json.dumps(row, ensure_ascii=False) for row in reviewed()}

    assert sorted(declared - read) == [], f"Declared but not reviewed. {HOW}"
    assert sorted(read - declared) == [], f"Reviewed but gone. {HOW}"


def test_the_command_writes_the_reviewed_file() -> None:
    out = StringIO()
    call_command("access_table", "--json", stdout=out)

    assert out.getvalue() == TABLE.read_text(encoding="utf-8"), HOW


@override_settings(ROOT_URLCONF=__name__)
def test_a_route_without_a_door_fails_the_command() -> None:
    with pytest.raises(CommandError, match="utan-dorr") as failed:
        call_command("access_table", stdout=StringIO())

    assert failed.value.returncode == 1


def test_patient_data_is_opened_by_the_patient_or_by_relation_alone() -> None:
    who = {row["who"] for row in reviewed() if row["data"] == "patient"}

    assert all("patient" in each or "care relation" in each or "emergency" in each for each in who), who
