"""Tables are written as CSV and Excel with a code book, and no cell becomes a formula."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO
from typing import Any

import pytest
from openpyxl import load_workbook

from measurements.outcomes import sheets
from measurements.outcomes.report_sheet import VARIABLES, report_sheet
from measurements.outcomes.reporting import outcome_report, read_rows
from measurements.outcomes.sheets import CODE_BOOK, Sheet, TooManyRowsError, Variable, write_csv, write_excel

TWO = (Variable("unit", "The unit", "text"), Variable("n", "How many", "count"))
FORMULAS = ("=1+1", "+46", "-cmd", "@sum", "\tx", "\rx")


def in_csv(sheet: Sheet) -> list[list[str]]:
    out = StringIO()
    write_csv(sheet, out)
    return list(csv.reader(StringIO(out.getvalue(), newline="")))


def in_excel(sheet: Sheet) -> Any:
    out = BytesIO()
    write_excel(sheet, out)
    return load_workbook(BytesIO(out.getvalue()))


def test_csv_has_a_head_and_empty_cells_for_nothing() -> None:
    found = in_csv(Sheet("Units", TWO, [("Åsa, norr", 3), ("", None), ("x", 2.5), ("y", True)]))

    assert found == [["unit", "n"], ["Åsa, norr", "3"], ["", ""], ["x", "2.5"], ["y", "true"]]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_a_formula(text: str) -> None:
    sheet = Sheet("Units", TWO, [(text, -3)])
    cell = in_excel(sheet)["Units"]["A2"]

    assert in_csv(sheet)[1] == [f"'{text}", "-3"]
    assert cell.data_type == "s"


def test_excel_has_the_table_and_its_code_book() -> None:
    book = in_excel(Sheet("Units", TWO, [("north", 3), (None, 2.5)]))

    assert book.sheetnames == ["Units", CODE_BOOK]
    assert [[cell.value for cell in row] for row in book["Units"]] == [
        ["unit", "n"],
        ["north", 3],
        [None, 2.5],
    ]
    assert [cell.value for cell in book[CODE_BOOK][3]] == ["n", "How many", "count"]


def test_what_excel_can_not_hold_is_taken_out_of_text() -> None:
    assert in_excel(Sheet("Units", TWO, [("no\x00rth\x1b", 3)]))["Units"]["A2"].value == "north"


def test_more_rows_than_a_sheet_holds_are_refused_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    out = BytesIO()

    with pytest.raises(TooManyRowsError, match="holds 3 rows; write CSV"):
        write_excel(Sheet("Units", TWO, [("a", 1)] * 3), out)
    assert out.getvalue() == b""


def rows() -> list[dict[str, Any]]:
    """Twelve persons at north and three at south, PHQ-9 and GAD-7 twice."""
    return [
        {
            "person": f"{unit}-{who}",
            "group": unit,
            "instrument": key,
            "wave": wave,
            "days": days,
            "score": first - (who % 5) - 6 * (days > 0),
            "completed": "yes",
            "days_to_start": who,
        }
        for unit, n in (("north", 12), ("south", 3))
        for who in range(n)
        for key, first in (("phq-9", 18), ("gad-7", 14))
        for wave, days in (("pre", 0), ("post", 70))
    ]


def test_a_report_is_a_row_for_each_figure_and_shows_nothing_hidden() -> None:
    found = in_csv(report_sheet(outcome_report(read_rows(rows()), by="group")))
    table = [dict(zip(found[0], row, strict=True)) for row in found[1:]]

    assert found[0] == [one.name for one in VARIABLES]
    assert {row["group"] for row in table} == {"", "north", "south"}
    assert [row["n"] for row in table if row["group"] == "south"] == [""]
    means = [
        row for row in table if (row["group"], row["instrument"], row["figure"]) == ("", "phq-9", "mean")
    ]
    assert [(row["wave"], row["n"]) for row in means] == [("pre", "15"), ("post", "15")]
    assert {row["figure"] for row in table} >= {
        "g",
        "model_mean",
        "recovery",
        "completed",
        "days_to_start",
        "started",
    }


def test_the_code_book_of_a_report_names_every_figure() -> None:
    sheet = report_sheet(outcome_report(read_rows(rows())))
    told = next(one.label for one in VARIABLES if one.name == "figure")

    assert {str(row[3]) for row in sheet.rows} <= {
        word.strip(" ,") for word in told.replace("(", " ").split()
    }
