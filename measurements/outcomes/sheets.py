"""Writes tables as CSV or Excel, each with a code book that says what every column holds.

A cell that a spreadsheet would take for a formula is written as text: names of units come from people.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from ikbt.common.whole_files import whole_file

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

Cell = str | int | float | bool | None
Row = Sequence[Cell]

CODE_BOOK = "Code book"
MOST_ROWS = 1_048_576  # of a sheet in Excel, its head among them
FORMULA = ("=", "+", "-", "@", "\t", "\r")
# What XML 1.0 can't hold; openpyxl refuses the whole file for one of them.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Variable:
    """One column: its name, what it holds in a sentence, its unit or its possible values."""

    name: str
    label: str
    values: str


@dataclass(frozen=True)
class Sheet:
    """A table with the meaning of its columns. `rows` are read once."""

    name: str
    variables: tuple[Variable, ...]
    rows: Iterable[Row]

    def code_book(self) -> Sheet:
        """The code book as a table of its own."""
        own = (
            Variable("name", "The column's name", "text"),
            Variable("label", "What it holds", "text"),
            Variable("values", "Its unit or possible values", "text"),
        )
        return Sheet(CODE_BOOK, own, [(one.name, one.label, one.values) for one in self.variables])


class TooManyRowsError(ValueError):
    """More rows than a sheet in Excel can hold; CSV holds them."""


class UnknownFormatError(ValueError):
    """A file's ending is none that is written."""


def write_csv(sheet: Sheet, out: SupportsWrite[str]) -> None:
    """Writes the table in CSV: commas, points as decimals, true and false, empty for nothing."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([one.name for one in sheet.variables])
    for row in sheet.rows:
        writer.writerow([_csv_cell(cell) for cell in row])


def write_excel(sheet: Sheet, out: IO[bytes]) -> None:
    """Writes a workbook with the table and its code book. Raises TooManyRowsError, with nothing written."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    for one in (sheet, sheet.code_book()):
        page = book.create_sheet(one.name)
        page.append([each.name for each in one.variables])
        for number, row in enumerate(one.rows, start=2):
            if number > MOST_ROWS:
                page.close()
                raise TooManyRowsError(f"A sheet in Excel holds {MOST_ROWS} rows; write CSV.")
            cells = [_clean(cell) for cell in row]
            for place, cell in enumerate(cells):
                if isinstance(cell, str) and cell.startswith("="):
                    # openpyxl takes it for a formula. A cell of its own costs time, so only these have one.
                    cells[place] = WriteOnlyCell(page, cell)
                    cells[place].data_type = "s"
            page.append(cells)
    book.save(out)


def save(sheet: Sheet, path: Path) -> list[Path]:
    """Writes files whole: a workbook for .xlsx; for .csv the table and its code book beside it (NAME.code-book.csv).

    Returns what was written. Raises UnknownFormatError for another ending, TooManyRowsError, and OSError where the
    folder can't be written.
    """
    if path.suffix.lower() == ".xlsx":
        with whole_file(path) as out:
            write_excel(sheet, out)
        return [path]
    if path.suffix.lower() != ".csv":
        raise UnknownFormatError(f"{path.name} must end with .csv or .xlsx.")
    beside = path.with_name(f"{path.stem}.code-book{path.suffix}")
    for one, place in ((sheet.code_book(), beside), (sheet, path)):
        text = StringIO(newline="")
        write_csv(one, text)
        with whole_file(place) as out:
            # The mark by which Excel knows UTF-8.
            out.write(text.getvalue().encode("utf-8-sig"))
    return [path, beside]


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return str(cell)


def _clean(cell: Cell) -> Any:
    return UNPRINTABLE.sub("", cell) if isinstance(cell, str) else cell
