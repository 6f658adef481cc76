"""`manage.py outcome_report` prints a file's outcomes from anywhere, or says what is wrong with it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from openpyxl import load_workbook

from measurements.management.commands.outcome_report import Command

ROOT = Path(__file__).resolve().parents[3]
HEAD = "person,group,instrument,wave,days,score,sex"


def file_with(folder: Path, *lines: str, head: str = HEAD) -> Path:
    """A file of scores."""
    file = folder / "scores.csv"
    file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return file


def units(folder: Path) -> Path:
    """Twelve persons at north, six at south, three at west; the last of each has no score at the end."""
    lines = []
    for unit, n in (("north", 12), ("south", 6), ("west", 3)):
        for who in range(n):
            end = "" if who == n - 1 else 5 + who % 4
            lines += [
                f"{unit}-{who},{unit},phq-9,pre,0,{12 + who % 5},{'man' if who % 2 else 'woman'}",
                f"{unit}-{who},{unit},phq-9,post,70,{end},{'man' if who % 2 else 'woman'}",
            ]
    return file_with(folder, *lines)


def run(file: Path, **options: Any) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command(Command(), input=file, stdout=out, stderr=err, no_color=True, **options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_json_is_one_object_with_small_groups_hidden(tmp_path: Path) -> None:
    code, out, err = run(units(tmp_path), json=True)
    found = json.loads(out)

    assert (code, err, out.count("\n")) == (0, "", 1)
    assert (found["baseline"], found["end"], found["by"], found["at_least"]) == ("pre", "post", "group", 5)
    assert found["total"]["persons"] == 21
    assert {one["name"]: one["persons"] for one in found["groups"]} == {
        "north": 12,
        "south": None,
        "west": None,
    }


def test_text_tells_the_same_with_dots_for_what_is_hidden(tmp_path: Path) -> None:
    code, out, err = run(units(tmp_path))

    assert (code, err) == (0, "")
    assert "Outcomes from pre to post, by group" in out
    assert "== group north: 12 persons" in out
    assert "== group west: · persons" in out
    assert "phq-9: 21 with a baseline" in out
    assert "mixed model" in out
    assert "are hidden" in out


def test_any_column_of_the_persons_can_group(tmp_path: Path) -> None:
    _, out, _ = run(units(tmp_path), json=True, by="sex")
    _, total, _ = run(units(tmp_path), json=True, by="")

    assert {one["name"]: one["persons"] for one in json.loads(out)["groups"]} == {"man": 10, "woman": 11}
    assert json.loads(total)["groups"] == []


@pytest.mark.parametrize(
    ("lines", "head", "options", "sentence"),
    [
        (("a,n,phq-9,pre,0,30,x",), HEAD, {}, "Line 2: a score of phq-9 is 0 to 27, not 30."),
        (
            ("a,n,phq-9,pre,0,3,x",) * 2,
            HEAD,
            {},
            "Line 3: person 'a' has phq-9 at wave 'pre' already on line 2.",
        ),
        (("a,n,pre,0,3",), "person,group,wave,days,score", {}, "Line 1: column 'instrument' is missing."),
        (("a,n,phq-9,pre,0,3,x",), HEAD, {"by": "unit"}, "There is no column 'unit'. There are group, sex."),
        (("a,n,phq-9,pre,0,3,x",), HEAD, {}, "There is one wave alone, pre;"),
    ],
)
def test_a_fault_is_one_sentence_and_code_2(
    tmp_path: Path, lines: tuple[str, ...], head: str, options: dict[str, Any], sentence: str
) -> None:
    code, out, err = run(file_with(tmp_path, *lines, head=head), json=True, **options)

    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_it_runs_from_any_folder_without_a_database(tmp_path: Path) -> None:
    units(tmp_path)
    # An address nobody answers at: any query would fail.
    environment = {**os.environ, "IKBT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    told = subprocess.run(
        [sys.executable, ROOT / "manage.py", "outcome_report", "--input", "scores.csv", "--json"],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (told.returncode, told.stderr) == (0, "")
    assert json.loads(told.stdout)["total"]["persons"] == 21


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    code, _, err = run(tmp_path / "gone.csv")

    assert code == 2
    assert "gone.csv can't be read: No such file or directory." in err


def test_the_figures_are_saved_with_their_code_book(tmp_path: Path) -> None:
    file = units(tmp_path)
    code, told_csv, err = run(file, output=tmp_path / "outcomes.csv")
    run(file, output=tmp_path / "outcomes.xlsx")
    rows = list(csv.DictReader((tmp_path / "outcomes.csv").open(encoding="utf-8-sig", newline="")))
    book = load_workbook(tmp_path / "outcomes.xlsx")

    assert (code, err) == (0, "")
    assert told_csv.split() == [str(tmp_path / "outcomes.csv"), str(tmp_path / "outcomes.code-book.csv")]
    assert {row["group"] for row in rows} == {"", "north", "south", "west"}
    assert len(list(book["Outcomes"])) == len(rows) + 1
    assert "figure" in (tmp_path / "outcomes.code-book.csv").read_text(encoding="utf-8")


def test_an_unknown_ending_or_folder_is_said_and_nothing_left(tmp_path: Path) -> None:
    file = units(tmp_path)

    for place, sentence in (
        ("x.pdf", "x.pdf must end with .csv or .xlsx."),
        ("no/x.csv", "can't be written: No such"),
    ):
        code, out, err = run(file, output=tmp_path / place)
        assert (code, out) == (2, "")
        assert sentence in err
    assert [one.name for one in tmp_path.iterdir()] == ["scores.csv"]


def test_a_file_and_json_are_both_given_when_both_are_asked_for(tmp_path: Path) -> None:
    """A script that reads the JSON gets nothing else on standard output."""
    file = units(tmp_path)
    _, alone, _ = run(file, json=True)
    code, out, err = run(file, json=True, output=tmp_path / "outcomes.csv")

    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads(alone)
    assert (tmp_path / "outcomes.csv").exists()


def test_more_rows_than_a_workbook_holds_are_said_and_leave_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measurements.outcomes.sheets.MOST_ROWS", 10)
    code, out, err = run(units(tmp_path), output=tmp_path / "outcomes.xlsx")

    assert (code, out) == (2, "")
    assert "A sheet in Excel holds 10 rows; write CSV." in err
    assert not (tmp_path / "outcomes.xlsx").exists()
