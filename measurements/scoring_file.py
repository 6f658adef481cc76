"""Scores a CSV file of answers, a row a set of answers, or says which lines can't be scored and scores none."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from measurements.instrument import Instrument
from measurements.outcomes.columns import Column, Columns, columns_of_csv
from measurements.outcomes.refusals import TableError
from measurements.scoring_many import score_frame

if TYPE_CHECKING:
    import pandas as pd
    from _typeshed import SupportsWrite

WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,9}", re.ASCII)
NUMBERED = re.compile(r"item[0-9]+", re.ASCII)
NOT_AN_ANSWER = 10**9  # outside every scale, so that scoring finds the row and its item
MOST_TOLD = 20
ROWS_AT_ONCE = 20_000


class AnswersError(TableError):
    """Some rows can't be scored; the message has one sentence for each, the first twenty of them."""


@dataclass(frozen=True)
class ScoredFile:
    """The columns that are no answers, as they were, and what scoring found, row by row."""

    kept: Mapping[str, Column]
    scores: pd.DataFrame

    def write(self, out: SupportsWrite[str]) -> None:
        """Writes CSV: the kept columns, then the results; empty where a row has none."""
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow([*self.kept, *self.scores.columns])
        for start in range(0, len(self.scores), ROWS_AT_ONCE):
            writer.writerows(self._rows(slice(start, start + ROWS_AT_ONCE)))

    def _rows(self, rows: slice) -> Iterator[Sequence[str]]:
        kept = [[column.names[place] for place in column.places[rows]] for column in self.kept.values()]
        found = [_words(self.scores[name].iloc[rows]) for name in self.scores.columns]
        return zip(*kept, *found, strict=True)


def score_file(instrument: Instrument, path: Path, *, strict: bool = False) -> ScoredFile:
    """The scores of every row of a UTF-8 file with commas between.

    Answers stand in columns named `item1` to the last item, or by the items' own ids; empty is unanswered. Further
    columns are kept. Raises TableError for a file or columns that can't be used, AnswersError naming lines and items.
    """
    given = columns_of_csv(path, ())
    chosen = _item_columns(instrument, list(given.by_name))
    scores = score_frame(instrument, _frame(given, chosen), strict=strict)
    invalid = scores.pop("item").to_numpy(dtype=np.int64, na_value=0)
    if invalid.any():
        raise AnswersError("\n".join(_sentences(instrument, given, chosen, invalid)))
    kept = {name: column for name, column in given.by_name.items() if name not in chosen}
    twice = [name for name in kept if name in scores.columns]
    if twice:
        raise TableError(f"Line 1: column {twice[0]!r} has the name of a result; rename it.")
    return ScoredFile(kept, scores)


def _item_columns(instrument: Instrument, names: Sequence[str]) -> list[str]:
    """The columns of the items in order, by number or by the items' own ids."""
    numbered = [f"item{number}" for number in range(1, len(instrument.items) + 1)]
    own = [item.link_id for item in instrument.items]
    wanted = own if len(set(own) & set(names)) > len(set(numbered) & set(names)) else numbered
    missing = [name for name in wanted if name not in names]
    if missing:
        raise TableError(
            f"Line 1: {instrument.short} has {len(wanted)} items, and column {missing[0]!r} is missing. "
            f"Name them item1 to item{len(wanted)}, or {own[0]} to {own[-1]}."
        )
    _refuse_more(instrument, [name for name in names if name not in wanted])
    return wanted


def _refuse_more(instrument: Instrument, rest: Sequence[str]) -> None:
    more = [name for name in rest if NUMBERED.fullmatch(name)]
    if more:
        raise TableError(
            f"Line 1: {instrument.short} has {len(instrument.items)} items, and column {more[0]!r} is none of them."
        )


def _frame(given: Columns, chosen: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame({name: _values(given.by_name[name]) for name in chosen})


def _values(column: Column) -> NDArray[np.float64]:
    """The answers as numbers, NaN where empty. A word is read once, however many rows have it."""
    return np.array([_value(word) for word in column.names], dtype=np.float64)[column.places]


def _value(word: str) -> float:
    if not word:
        return float("nan")
    return float(word) if WHOLE_NUMBER.fullmatch(word) else NOT_AN_ANSWER


def _sentences(
    instrument: Instrument, given: Columns, chosen: Sequence[str], invalid: NDArray[np.int64]
) -> Iterator[str]:
    rows = np.flatnonzero(invalid)
    for row in rows[:MOST_TOLD]:
        place = int(invalid[row]) - 1
        column = given.by_name[chosen[place]]
        allowed = ", ".join(str(value) for value in sorted(instrument.items[place].values))
        word = column.names[column.places[row]][:40]
        yield f"Line {given.lines[row]}: {chosen[place]} of {instrument.short} can be {allowed} or empty, not {word!r}."
    if len(rows) > MOST_TOLD:
        yield f"And {len(rows) - MOST_TOLD} lines more. Nothing was scored."


def _words(column: pd.Series[Any]) -> list[str]:
    return ["" if gone else _word(value) for value, gone in zip(column, column.isna(), strict=True)]


def _word(value: Any) -> str:
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    # 12, not 12.0: as the form prints it.
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
