"""Decides what a table of scores must look like, and turns it into one matrix of persons x waves per instrument.

One row is one score: `person`, `group`, `instrument`, `wave`, `days` (from the start of treatment) and `score`, empty
when asked and unanswered. Further columns are a person's own (program, period, age band, sex), to group by;
`completed` (yes or no) and `days_to_start` are known by name. A fault is said in one sentence that names its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from measurements.outcomes.columns import (
    Column,
    Columns,
    Places,
    columns_of_csv,
    columns_of_rows,
)
from measurements.outcomes.measure import Measure, measure
from measurements.outcomes.refusals import TableError
from measurements.registry import UnknownInstrumentError

COLUMNS = ("person", "group", "instrument", "wave", "days", "score")
COMPLETED, DAYS_TO_START = "completed", "days_to_start"
YES_NO = {"yes": 1.0, "true": 1.0, "1": 1.0, "no": 0.0, "false": 0.0, "0": 0.0, "": np.nan}
NUMBER = re.compile(r"[+-]?[0-9]{1,9}(\.[0-9]{1,12})?", re.ASCII)
MOST_DAYS = 36_525  # a hundred years: a date or a personal number in the wrong column is no number of days
MOST_WAVES = 60

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Table:
    """Scores ready for arithmetic. `scores`: instrument -> persons x waves, NaN where unanswered.

    `columns`: name -> each person's own value. Waves stand in order of their median day, in `days`.
    """

    persons: tuple[str, ...]
    waves: tuple[str, ...]
    days: tuple[float, ...]
    measures: Mapping[str, Measure]
    scores: Mapping[str, Numbers]
    columns: Mapping[str, Column]
    completed: Numbers | None = None
    days_to_start: Numbers | None = None

    def of(self, rows: NDArray[np.bool_]) -> Table:
        """The same table for some persons."""
        chosen = np.flatnonzero(rows)
        return replace(
            self,
            persons=tuple(self.persons[place] for place in chosen),
            scores={key: scores[chosen] for key, scores in self.scores.items()},
            columns={key: Column(one.names, one.places[chosen]) for key, one in self.columns.items()},
            completed=None if self.completed is None else self.completed[chosen],
            days_to_start=None if self.days_to_start is None else self.days_to_start[chosen],
        )


def read_csv(path: Path) -> Table:
    """The table of a UTF-8 file with commas between; raises TableError."""
    return _table(columns_of_csv(path, COLUMNS))


def read_rows(rows: Iterable[Mapping[str, Any]]) -> Table:
    """The table of rows that all have the same keys; None counts as empty. Raises TableError."""
    return _table(columns_of_rows(rows, COLUMNS))


def _table(given: Columns) -> Table:
    lines, own = given.lines, dict(given.by_name)
    person, instrument, wave = (own.pop(name) for name in ("person", "instrument", "wave"))
    for name, column in (
        ("person", person),
        ("group", own["group"]),
        ("instrument", instrument),
        ("wave", wave),
    ):
        _refuse_empty(column, name, lines)
    measures = _measures(instrument, lines)
    if len(wave.names) > MOST_WAVES:
        raise TableError(f"There are {len(wave.names)} waves, and {MOST_WAVES} at most can be compared.")
    days = _numbers(own.pop("days"), "days", lines, (-MOST_DAYS, MOST_DAYS))
    _refuse_missing(days, "days", lines)
    score = _scores(own.pop("score"), instrument, measures, lines)
    _refuse_repeats((person, instrument, wave), lines)
    wave, medians = _in_order(wave, days)
    own = {name: _one_each(person, column, name, lines) for name, column in own.items()}
    started = own.pop(DAYS_TO_START, None)
    return Table(
        persons=person.names,
        waves=wave.names,
        days=medians,
        measures=measures,
        scores=_matrices(person, instrument, wave, score),
        completed=_completed(own.pop(COMPLETED, None), lines[_first_rows(person)]),
        days_to_start=None
        if started is None
        else _numbers(started, DAYS_TO_START, lines[_first_rows(person)], (0, MOST_DAYS)),
        columns=own,
    )


def _refuse_empty(column: Column, name: str, lines: Places) -> None:
    if "" in column.names:
        raise TableError(f"Line {_line_of(column, '', lines)}: {name} is empty.")


def _line_of(column: Column, word: str, lines: Places) -> int:
    return int(lines[np.argmax(column.places == column.place(word))])


def _measures(instrument: Column, lines: Places) -> dict[str, Measure]:
    found = {}
    for name in instrument.names:
        try:
            found[name] = measure(name)
        except UnknownInstrumentError as unknown:
            raise TableError(f"Line {_line_of(instrument, name, lines)}: {unknown}") from unknown
    return found


def _numbers(column: Column, name: str, lines: Places, ends: tuple[float, float] | None) -> Numbers:
    """The column as numbers, NaN where empty. Read once per different word, since there are few of them."""
    read = []
    for word in column.names:
        if word and not NUMBER.fullmatch(word):
            raise TableError(
                f"Line {_line_of(column, word, lines)}: {name} is {word[:40]!r}, which is no number."
            )
        number = float(word) if word else np.nan
        if ends and (number < ends[0] or number > ends[1]):
            raise TableError(
                f"Line {_line_of(column, word, lines)}: {name} is {word}, outside {ends[0]:g} to {ends[1]:g}."
            )
        read.append(number)
    return np.array(read)[column.places]


def _refuse_missing(numbers: Numbers, name: str, lines: Places) -> None:
    if np.isnan(numbers).any():
        raise TableError(f"Line {lines[np.argmax(np.isnan(numbers))]}: {name} is empty.")


def _scores(column: Column, instrument: Column, measures: Mapping[str, Measure], lines: Places) -> Numbers:
    score = _numbers(column, "score", lines, None)
    for place, name in enumerate(instrument.names):
        one = measures[name]
        if one.lowest is None or one.highest is None:
            continue
        outside = (instrument.places == place) & ((score < one.lowest) | (score > one.highest))
        if outside.any():
            first = np.argmax(outside)
            raise TableError(
                f"Line {lines[first]}: a score of {name} is {one.lowest:g} to {one.highest:g}, not {score[first]:g}."
            )
    return score


def _refuse_repeats(keys: tuple[Column, Column, Column], lines: Places) -> None:
    person, instrument, wave = keys
    code = (person.places * len(instrument.names) + instrument.places) * len(wave.names) + wave.places
    order = np.argsort(code, kind="stable")
    same = np.flatnonzero(code[order][1:] == code[order][:-1])
    if len(same):
        place = same[np.argmin(order[same + 1])]
        first, again = order[place], order[place + 1]
        who, what, when = (one.names[one.places[again]] for one in keys)
        raise TableError(
            f"Line {lines[again]}: person {who!r} has {what} at wave {when!r} already on line {lines[first]}."
        )


def _in_order(wave: Column, days: Numbers) -> tuple[Column, tuple[float, ...]]:
    """The waves in order of their median day."""
    medians = [float(np.median(days[wave.places == place])) for place in range(len(wave.names))]
    order = np.argsort(medians, kind="stable")
    names = tuple(wave.names[place] for place in order)
    return Column(names, np.argsort(order)[wave.places]), tuple(medians[place] for place in order)


def _one_each(person: Column, column: Column, name: str, lines: Places) -> Column:
    """A person's own value, which must be the same on all her rows."""
    first = _first_rows(person)
    own = column.places[first]
    differs = own[person.places] != column.places
    if differs.any():
        row = int(np.argmax(differs))
        who = person.places[row]
        raise TableError(
            f"Line {lines[row]}: person {person.names[who]!r} has {name} {column.names[column.places[row]]!r}, "
            f"but {column.names[own[who]]!r} on line {lines[first[who]]}."
        )
    return Column(column.names, own)


def _first_rows(person: Column) -> Places:
    """The first row of each person, in the order of `names`."""
    return np.unique(person.places, return_index=True)[1]


def _matrices(person: Column, instrument: Column, wave: Column, score: Numbers) -> dict[str, Numbers]:
    found = {}
    for place, name in enumerate(instrument.names):
        rows = instrument.places == place
        matrix = np.full((len(person.names), len(wave.names)), np.nan)
        matrix[person.places[rows], wave.places[rows]] = score[rows]
        found[name] = matrix
    return found


def _completed(column: Column | None, lines: Places) -> Numbers | None:
    if column is None:
        return None
    wrong = [name for name in column.names if name.lower() not in YES_NO]
    if wrong:
        line = _line_of(column, wrong[0], lines)
        raise TableError(f"Line {line}: {COMPLETED} can be yes, no or empty, not {wrong[0][:40]!r}.")
    return np.array([YES_NO[name.lower()] for name in column.names])[column.places]
