"""Reads a table column by column, each as its few different words and a place among them per row."""

from __future__ import annotations

import csv
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measurements.outcomes.refusals import TableError

CHUNK = 20_000
MOST_COLUMNS = 60
SEPARATORS = {"semicolons": ";", "tabs": "\t"}
LINE_BREAK = re.compile(r"\r\n|\r|\n")

Piece = tuple[Sequence[int], list[list[str]]]  # lines and the rows on them
Places = NDArray[np.intp]


@dataclass(frozen=True)
class Column:
    """One word per row: `names[places[i]]` is row i's. The names are different from each other."""

    names: tuple[str, ...]
    places: Places

    def place(self, name: str) -> int:
        """The place of a name; -1 when no row has it."""
        return self.names.index(name) if name in self.names else -1


@dataclass(frozen=True)
class Columns:
    """A table as read: its columns by name in the file's order, and each row's line in the file."""

    by_name: Mapping[str, Column]
    lines: Places


class _Numbering(dict[str, int]):
    """A word's place in order of first sight."""

    def __missing__(self, word: str) -> int:
        self[word] = place = len(self)
        return place


@dataclass
class _Growing:
    numbering: _Numbering = field(default_factory=_Numbering)
    places: array[int] = field(default_factory=lambda: array("q"))

    def column(self) -> Column:
        """The words without blanks around them, which are no part of a word."""
        bare = _Numbering()
        moved = np.array([bare[word.strip()] for word in self.numbering], dtype=np.intp)
        return Column(tuple(bare), moved[np.frombuffer(self.places, dtype=np.int64)])


def columns_of_csv(path: Path, needed: Sequence[str]) -> Columns:
    """The columns of a UTF-8 file with commas between; blank lines are passed over.

    Raises TableError for a file that can't be read, a needed column that is missing or any that stands twice, a line
    with more or fewer values than there are columns, or no line at all.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.reader(opened, strict=True)
            try:
                names = _header(next(reader, None), needed, str(path))
                return _grow(names, _pieces(reader, len(names)))
            except csv.Error as error:
                raise TableError(f"Line {reader.line_num} can't be read: {error}.") from error
    except OSError as error:
        raise TableError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TableError(f"{path} is not text in UTF-8.") from error


def columns_of_rows(rows: Iterable[Mapping[str, Any]], needed: Sequence[str]) -> Columns:
    """The columns of rows that all have the same keys; None counts as empty, and the first row as line 2.

    Raises TableError as `columns_of_csv` does.
    """
    given = iter(rows)
    first = next(given, None)
    names = _header(None if first is None else list(first), needed, "The table")

    def read() -> Iterator[Piece]:
        line = 2
        everything = _chain(first, given)
        while rows := list(islice(everything, CHUNK)):
            for at, row in enumerate(rows, start=line):
                if row.keys() != set(names):
                    raise TableError(f"Line {at}: the columns differ from the first row's.")
            words = [["" if row[name] is None else str(row[name]) for name in names] for row in rows]
            yield range(line, line + len(rows)), words
            line += len(rows)

    return _grow(names, read())


def _chain(first: Mapping[str, Any] | None, rest: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    if first is not None:
        yield first
    yield from rest


def _header(row: list[str] | None, needed: Sequence[str], what: str) -> list[str]:
    if row is None:
        raise TableError(f"{what} is empty.")
    names = [name.strip() for name in row]
    _refuse_other_separators(names)
    _refuse_repeated(names)
    _refuse_missing(names, needed)
    if len(names) > MOST_COLUMNS:
        raise TableError(f"Line 1: there are {len(names)} columns, and {MOST_COLUMNS} at most can be read.")
    return names


def _refuse_repeated(names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"Line 1: column {twice[0]!r} stands twice.")


def _refuse_missing(names: Sequence[str], needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in names]
    if missing:
        found = ", ".join(names)[:200]
        raise TableError(
            f"Line 1: column {missing[0]!r} is missing. Needed are {', '.join(needed)}; found {found}."
        )


def _refuse_other_separators(names: Sequence[str]) -> None:
    """As Excel saves CSV where the comma is the decimal sign, and what is copied out of it."""
    sign = next((sign for sign, word in SEPARATORS.items() if len(names) == 1 and word in names[0]), "")
    if sign:
        raise TableError(
            f"Line 1: the columns are separated by {sign}, and must be separated by commas (with a point in decimals). "
            f"Found {names[0][:200]!r}."
        )


def _pieces(reader: Any, width: int) -> Iterator[Piece]:
    while True:
        before = reader.line_num
        rows = list(islice(reader, CHUNK))
        if not rows:
            return
        # As a rule a row is a line and has all its values, which needs no look at each.
        if reader.line_num - before == len(rows) and {*map(len, rows)} == {width}:
            yield range(before + 1, reader.line_num + 1), rows
        else:
            yield _one_by_one(rows, before, width)


def _one_by_one(rows: Sequence[list[str]], before: int, width: int) -> Piece:
    numbered = [(line, row) for line, row in _numbered(rows, before) if row]
    for line, row in numbered:
        if len(row) != width:
            raise TableError(f"Line {line}: there are {len(row)} values for {width} columns.")
    return [line for line, _ in numbered], [row for _, row in numbered]


def _numbered(rows: Sequence[list[str]], before: int) -> Iterator[tuple[int, list[str]]]:
    """Each row with its last line; a quoted value may run over several."""
    line = before
    for row in rows:
        line += 1 + sum(len(LINE_BREAK.findall(word)) for word in row)
        yield line, row


def _grow(names: Sequence[str], pieces: Iterator[Piece]) -> Columns:
    growing = [_Growing() for _ in names]
    lines = array("q")
    # In pieces, so that the words of half a million rows never stand in memory at once.
    for numbers, rows in pieces:
        lines.extend(numbers)
        for column, words in zip(growing, zip(*rows, strict=True), strict=False):
            column.places.extend(map(column.numbering.__getitem__, words))
    if not lines:
        raise TableError("The table has no rows.")
    found = {name: column.column() for name, column in zip(names, growing, strict=True)}
    return Columns(found, np.frombuffer(lines, dtype=np.int64).astype(np.intp))
