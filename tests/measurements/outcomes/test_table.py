"""A table of scores becomes matrices, and what doesn't hold is refused with its line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from measurements.outcomes.refusals import TableError
from measurements.outcomes.table import Table, read_csv, read_rows

HEAD = "person,group,instrument,wave,days,score"


def table(tmp_path: Path, *lines: str, head: str = HEAD) -> Table:
    """The table of a file with these lines under its head."""
    file = tmp_path / "scores.csv"
    file.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
    return read_csv(file)


def test_scores_stand_by_person_and_wave_in_order_of_days(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "a,north,phq-9,post,70,8",
        "a,north,phq-9,pre,0,16",
        "b,south,phq-9,pre,1,12",
        "b,south,phq-9,post,72,",
        "b,south,gad-7,pre,1,9",
    )

    assert (found.persons, found.waves, found.days) == (("a", "b"), ("pre", "post"), (1.0, 71.0))
    np.testing.assert_array_equal(found.scores["phq-9"], [[16, 8], [12, np.nan]])
    np.testing.assert_array_equal(found.scores["gad-7"], [[np.nan, np.nan], [9, np.nan]])
    assert [found.columns["group"].names[place] for place in found.columns["group"].places] == [
        "north",
        "south",
    ]


def test_a_persons_own_columns_are_read(tmp_path: Path) -> None:
    found = table(
        tmp_path,
        "a,n,phq-9,pre,0,16,Yes,12,woman",
        "a,n,phq-9,post,70,8,Yes,12,woman",
        "b,n,phq-9,pre,0,16,,,man",
        head=f"{HEAD},completed,days_to_start,sex",
    )

    assert found.completed is not None
    assert found.days_to_start is not None
    np.testing.assert_array_equal(found.completed, [1, np.nan])
    np.testing.assert_array_equal(found.days_to_start, [12, np.nan])
    assert set(found.columns) == {"group", "sex"}


def test_rows_give_the_same_table_as_a_file(tmp_path: Path) -> None:
    names = HEAD.split(",")
    rows = [
        dict(zip(names, row, strict=True))
        for row in (("a", "n", "phq-9", "pre", 0, 16), ("a", "n", "phq-9", "post", 70, None))
    ]
    from_file = table(tmp_path, "a,n,phq-9,pre,0,16", "", " a , n,phq-9,post,70,")

    found = read_rows(rows)

    assert (found.persons, found.waves, found.days) == (from_file.persons, from_file.waves, from_file.days)
    np.testing.assert_array_equal(found.scores["phq-9"], from_file.scores["phq-9"])


def test_some_persons_can_be_taken_out(tmp_path: Path) -> None:
    found = table(tmp_path, "a,n,phq-9,pre,0,16", "b,s,phq-9,pre,0,3").of(np.array([False, True]))

    assert found.persons == ("b",)
    assert found.scores["phq-9"].tolist() == [[3.0]]


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (
            ["a,n,phq-9,pre,0,16", "a,n,phq-9,pre,3,12"],
            "Line 3: person 'a' has phq-9 at wave 'pre' already on line 2.",
        ),
        (["a,n,phq-9,pre,0,28"], "Line 2: a score of phq-9 is 0 to 27, not 28."),
        (["a,n,phq-9,pre,0,-1"], "Line 2: a score of phq-9 is 0 to 27, not -1."),
        (["a,n,phq-9,pre,0,1", "b,n,phq-9,pre,0,many"], "Line 3: score is 'many', which is no number."),
        (["a,n,phq-9,pre,0,nan"], "score is 'nan', which is no number."),
        (["a,n,phq-9,pre,0,1e1"], "score is '1e1', which is no number."),
        (["a,n,phq-9,pre,0,True"], "score is 'True', which is no number."),
        (["a,n,phq-9,pre,0,٣"], "which is no number."),
        (["a,n,phq-9,pre,,1"], "Line 2: days is empty."),
        (["a,n,phq-9,pre,2026-01-01,1"], "Line 2: days is '2026-01-01', which is no number."),
        (["a,n,phq-9,pre,40000,1"], "Line 2: days is 40000, outside -36525 to 36525."),
        ([",n,phq-9,pre,0,1"], "Line 2: person is empty."),
        (["a,,phq-9,pre,0,1"], "Line 2: group is empty."),
        (["a,n,phq-9,,0,1"], "Line 2: wave is empty."),
        (["a,n,phq9,pre,0,1"], "Line 2: There is no instrument 'phq9'. Known: audit,"),
        (["a,n,phq-9,pre,0,1", "a,s,phq-9,post,0,1"], "Line 3: person 'a' has group 's', but 'n' on line 2."),
        (["a,n,phq-9,pre,0"], "Line 2: there are 5 values for 6 columns."),
        (["a,n,phq-9,pre,0,1,2"], "Line 2: there are 7 values for 6 columns."),
        (['a,n,"phq-9,pre,0,1'], "can't be read"),
        ([], "The table has no rows."),
    ],
)
def test_a_fault_is_said_with_its_line(tmp_path: Path, lines: list[str], sentence: str) -> None:
    with pytest.raises(TableError) as refused:
        table(tmp_path, *lines)

    assert sentence in str(refused.value)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize(
    ("head", "sentence"),
    [
        ("person,group,instrument,wave,days", "Line 1: column 'score' is missing. Needed are person, group,"),
        (f"{HEAD},score", "Line 1: column 'score' stands twice."),
        (
            HEAD.replace(",", ";"),
            "Line 1: the columns are separated by semicolons, and must be separated by commas",
        ),
    ],
)
def test_a_wrong_head_is_refused(tmp_path: Path, head: str, sentence: str) -> None:
    with pytest.raises(TableError) as refused:
        table(tmp_path, "a,n,phq-9,pre,0,1", head=head)

    assert sentence in str(refused.value)


def test_own_values_must_be_of_their_kind(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Line 2: completed can be yes, no or empty, not 'maybe'"):
        table(tmp_path, "a,n,phq-9,pre,0,1,maybe", head=f"{HEAD},completed")
    with pytest.raises(TableError, match="Line 3: days_to_start is -2, outside 0"):
        table(tmp_path, "a,n,phq-9,pre,0,1,3", "b,n,phq-9,pre,0,1,-2", head=f"{HEAD},days_to_start")


def test_a_file_that_is_no_text_or_not_there_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.csv").write_bytes(f"{HEAD}\nå".encode("latin-1"))
    (tmp_path / "empty.csv").write_bytes(b"")

    for name, sentence in (("latin.csv", "UTF-8"), ("empty.csv", "empty"), ("gone.csv", "No such file")):
        with pytest.raises(TableError, match=sentence):
            read_csv(tmp_path / name)


def test_rows_of_different_shapes_or_none_are_refused() -> None:
    row = dict.fromkeys(HEAD.split(","), "1")

    with pytest.raises(TableError, match="Line 3: the columns differ"):
        read_rows([row, {**row, "more": 1}])
    with pytest.raises(TableError, match="empty"):
        read_rows([])


def test_lines_are_counted_over_blank_ones_and_quoted_breaks(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="Line 7: score is 'x'"):
        table(tmp_path, "", "a,n,phq-9,pre,0,1", '"b', 'c",n,phq-9,pre,0,1', "", "d,n,phq-9,pre,0,x")


def test_a_long_file_is_read_in_pieces(tmp_path: Path) -> None:
    lines = [
        f"p{who},n,phq-9,{wave},{days},{who % 28}"
        for who in range(12_000)
        for wave, days in (("pre", 0), ("post", 9))
    ]
    found = table(tmp_path, *lines)

    assert len(found.persons) == 12_000
    assert found.scores["phq-9"][:, 1].tolist() == [who % 28 for who in range(12_000)]
    with pytest.raises(TableError, match="Line 24002: there are 2 values"):
        table(tmp_path, *lines, "x,y")
