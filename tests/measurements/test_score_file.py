"""`manage.py score --input` scores a file's rows as one by one, or names the lines that can't be and writes nothing."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from measurements.management.commands.score import Command
from measurements.registry import instrument, shipped
from measurements.scoring import score

VECTORS = json.loads((Path(__file__).parent / "vectors" / "scoring.json").read_text(encoding="utf-8"))[
    "vectors"
]
GAD2 = "id,item1,item2"


def written(folder: Path, *lines: str) -> Path:
    """A file of answers."""
    file = folder / "answers.csv"
    file.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return file


def run(*words: str, **options: Any) -> tuple[int, str, str]:
    """Exit code, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command(Command(), *words, stdout=out, stderr=err, no_color=True, **options)
        code = 0
    except SystemExit as ended:
        code = int(ended.code or 0)
    return code, out.getvalue(), err.getvalue()


def told(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


@pytest.mark.parametrize(("sign", "name"), [(";", "semicolons"), ("\t", "tabs")])
def test_a_file_as_a_swedish_spreadsheet_saves_it_is_told_what_is_wrong(
    sign: str, name: str, tmp_path: Path
) -> None:
    file = written(tmp_path, GAD2.replace(",", sign), "elin,3,2".replace(",", sign))
    code, out, err = run("gad-2", input=file)

    assert (code, out) == (2, "")
    assert f"Line 1: the columns are separated by {name}, and must be separated by commas" in err


def test_rows_are_scored_and_the_other_columns_kept(tmp_path: Path) -> None:
    file = written(tmp_path, "id,item2,item1,unit", "elin,3,2,north", "omar,,1,south")
    code, out, err = run("gad-2", input=file)
    elin, omar = told(out)

    assert (code, err) == (0, "")
    assert (elin["id"], elin["unit"], elin["status"], elin["total"], elin["case"]) == (
        "elin",
        "north",
        "complete",
        "5",
        "true",
    )
    assert (omar["id"], omar["status"], omar["total"], omar["n_missing"]) == ("omar", "incomplete", "", "1")


def word(value: object) -> str:
    """A value of a single score as the file has it; a prorated 21.0 is 21 there."""
    if value is None or isinstance(value, bool):
        return "" if value is None else str(value).lower()
    return f"{value:g}" if isinstance(value, float) and value.is_integer() else str(value)


def flat(result: dict[str, Any]) -> dict[str, str]:
    """A single score in the columns of the file."""
    found: dict[str, str] = {}
    for name, value in result.items():
        parts = (
            {f"{name}.{part}": each for part, each in value.items()}
            if isinstance(value, dict)
            else {name: value}
        )
        found |= {part: word(each) for part, each in parts.items()}
    return found


@pytest.mark.parametrize("key", sorted({vector["instrument"] for vector in VECTORS}))
def test_a_file_of_the_published_vectors_is_scored_as_they_are(key: str, tmp_path: Path) -> None:
    one = instrument(key)
    rows = [
        vector["responses"]
        for vector in VECTORS
        if vector["instrument"] == key and vector["expected"]["status"] != "invalid"
    ]
    names = [f"item{number}" for number in range(1, len(one.items) + 1)]
    file = written(tmp_path, ",".join(names), *(",".join(word(value) for value in row) for row in rows))

    found = told(run(key, input=file)[1])

    for row, line in zip(rows, found, strict=True):
        expected = flat(score(one, row).as_dict())
        assert {name: line[name] for name in expected} == expected


def test_the_items_own_ids_are_column_names_too(tmp_path: Path) -> None:
    items = instrument("gad-2").items
    file = written(tmp_path, f"{items[1].link_id},id,{items[0].link_id}", "3,elin,0")

    assert told(run("gad-2", input=file)[1])[0]["total"] == "3"


def test_strict_holds_for_a_file(tmp_path: Path) -> None:
    head = ",".join(f"item{number}" for number in range(1, 8))
    file = written(tmp_path, head, "1,1,1,1,1,1,")

    assert [told(run("gad-7", input=file, strict=strict)[1])[0]["total"] for strict in (False, True)] == [
        "7",
        "",
    ]


def test_every_bad_line_is_named_and_nothing_written(tmp_path: Path) -> None:
    file = written(tmp_path, GAD2, "a,1,2", "b,4,1", "", "c,1,x", "d,true,1", "e,1,1.0")
    out = tmp_path / "scores.csv"
    code, printed, err = run("gad-2", input=file, output=out)

    assert (code, printed) == (2, "")
    assert err.splitlines() == [
        "Line 3: item1 of GAD-2 can be 0, 1, 2, 3 or empty, not '4'.",
        "Line 5: item2 of GAD-2 can be 0, 1, 2, 3 or empty, not 'x'.",
        "Line 6: item1 of GAD-2 can be 0, 1, 2, 3 or empty, not 'true'.",
        "Line 7: item2 of GAD-2 can be 0, 1, 2, 3 or empty, not '1.0'.",
    ]
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answers.csv"]


def test_of_many_bad_lines_twenty_are_named_and_the_rest_counted(tmp_path: Path) -> None:
    _, _, err = run("gad-2", input=written(tmp_path, GAD2, *["a,9,9"] * 25))

    assert len(err.splitlines()) == 21
    assert err.splitlines()[-1] == "And 5 lines more. Nothing was scored."


@pytest.mark.parametrize(
    ("head", "row", "sentence"),
    [
        (
            "id,item1",
            "a,1",
            "Line 1: GAD-2 has 2 items, and column 'item2' is missing. Name them item1 to item2, or",
        ),
        ("id,item1,item2,item3", "a,1,1,1", "Line 1: GAD-2 has 2 items, and column 'item3' is none of them."),
        ("id,item1,item2,item1", "a,1,1,1", "Line 1: column 'item1' stands twice."),
        (GAD2, "a,1", "Line 2: there are 2 values for 3 columns."),
        ("total,item1,item2", "a,1,1", "Line 1: column 'total' has the name of a result; rename it."),
        ("id;item1;item2", "a;1;1", "the columns are separated by semicolons"),
    ],
)
def test_wrong_columns_are_named(tmp_path: Path, head: str, row: str, sentence: str) -> None:
    code, out, err = run("gad-2", input=written(tmp_path, head, row))

    assert (code, out) == (2, "")
    assert sentence in err
    assert err.count("\n") == 1


def test_an_unknown_instrument_or_file_is_named(tmp_path: Path) -> None:
    file = written(tmp_path, GAD2, "a,1,1")

    for words, options, sentence in (
        (("gad2",), {"input": file}, "There is no instrument 'gad2'. Known: audit,"),
        (("gad-2",), {"input": tmp_path / "gone.csv"}, "gone.csv can't be read: No such file"),
        (("gad-2", "1,1"), {"input": file}, "Give either answers or a file"),
        (("gad-2", "1,1"), {"output": file}, "Give either answers or a file"),
        (
            ("gad-2",),
            {"input": file, "output": tmp_path / "no" / "x.csv"},
            "x.csv can't be written: No such file",
        ),
    ):
        code, out, err = run(*words, **options)
        assert (code, out) == (2, "")
        assert sentence in err


def test_the_output_file_is_written_whole(tmp_path: Path) -> None:
    out = tmp_path / "scores.csv"
    code, printed, err = run("gad-2", input=written(tmp_path, GAD2, "a,1,1"), output=out)

    assert (code, printed, err) == (0, "", "")
    assert told(out.read_text(encoding="utf-8"))[0]["total"] == "2"
    assert sorted(file.name for file in tmp_path.iterdir()) == ["answers.csv", "scores.csv"]


@pytest.mark.parametrize("key", sorted(shipped()))
def test_every_instrument_can_be_scored_from_a_file(key: str, tmp_path: Path) -> None:
    one = instrument(key)
    head = ",".join(item.link_id for item in one.items)
    lowest = ",".join(str(min(item.values)) for item in one.items)

    code, out, err = run(key, input=written(tmp_path, f"id,{head}", f"a,{lowest}"))

    assert (code, err) == (0, "")
    assert told(out)[0]["total"] == str(score(one, [min(item.values) for item in one.items]).total)
