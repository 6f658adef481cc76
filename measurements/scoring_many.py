"""Scores many answer sets at once, by the same definitions and the same formulas as `scoring` scores one.

pandas is imported inside the function: reports alone pay for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from measurements.instrument import Instrument
from measurements.results import Bands, Scored
from measurements.scoring import DECIMALS, Status, is_answer, total_of

if TYPE_CHECKING:
    import pandas as pd

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
STATUSES = tuple(Status)


@dataclass(frozen=True)
class Answers:
    """One column per item: values, 0 where there is none; and where they are missing or not valid."""

    values: list[Ints]
    missing: list[Flags]
    invalid: list[Flags]


@dataclass(frozen=True)
class Totals:
    """Per row: the item scores the total was made of, the total, and how it came about."""

    items: list[Ints]
    exact: NDArray[np.float64]
    rounded: Ints
    n_missing: Ints
    complete: Flags
    prorated: Flags


def score_frame(instrument: Instrument, frame: pd.DataFrame, *, strict: bool = False) -> pd.DataFrame:
    """Scores each row of a frame with one column per scored item, in item order; missing is NaN, None or NA.

    Whole numbers in float columns are answers, since that is how pandas holds numbers with gaps; booleans,
    text and fractions are not. Returns, on the same index, `status`, `total`, `total_rounded`, `n_missing`,
    `item` (the place of the first invalid answer) and one column per further result, groups as `subscales.B`;
    NA where a row has none. Raises ValueError for a wrong number of columns or a column that stands twice.
    """
    import pandas as pd

    if frame.columns.has_duplicates:
        twice = sorted({str(name) for name in frame.columns[frame.columns.duplicated()]})
        raise ValueError(f"columns stand twice: {', '.join(twice)}")
    if len(frame.columns) != len(instrument.items):
        raise ValueError(
            f"{instrument.id} has {len(instrument.items)} items, got {len(frame.columns)} columns"
        )
    answers = _read(instrument, frame)
    invalid = np.logical_or.reduce(answers.invalid)
    totals = _totals(instrument, answers, strict=strict)
    scored = (totals.complete | totals.prorated) & ~invalid
    columns: dict[str, Any] = {
        "status": pd.Categorical.from_codes(
            _statuses(totals, invalid), categories=pd.Index([str(one) for one in STATUSES])
        ),
        "total": np.where(scored, totals.exact, np.nan),
        "total_rounded": _with_gaps(totals.rounded, scored),
        "n_missing": _with_gaps(np.where(totals.complete, 0, totals.n_missing), ~invalid),
        "item": _with_gaps(np.argmax(answers.invalid, axis=0) + 1, invalid),
    }
    columns.update(_risk_columns(instrument, answers, ~invalid))
    columns.update(_finding_columns(instrument, totals, scored))
    return pd.DataFrame(columns, index=frame.index)


def _read(instrument: Instrument, frame: pd.DataFrame) -> Answers:
    answers = Answers([], [], [])
    for place, item in enumerate(instrument.items):
        column = frame.iloc[:, place]
        missing = column.isna().to_numpy(dtype=bool)
        if column.dtype.kind in "iuf":
            # Nullable and plain numbers alike; what is missing becomes 0 and is masked.
            numbers = column.to_numpy(dtype=np.float64, na_value=0.0)
            valid = np.isin(numbers, sorted(item.values))
        else:
            valid = np.fromiter((is_answer(value, item.values) for value in column), bool, len(column))
            numbers = np.array([value if good else 0 for value, good in zip(column, valid, strict=True)])
        answers.values.append(np.where(valid, numbers, 0).astype(np.int64))
        answers.missing.append(missing)
        answers.invalid.append(~valid & ~missing)
    return answers


def _totals(instrument: Instrument, answers: Answers, *, strict: bool) -> Totals:
    scoring = instrument.scoring
    n_missing = np.add.reduce(answers.missing, dtype=np.int64)
    missing = _still_missing(instrument, answers)
    rows = enumerate(zip(answers.values, missing, instrument.items, strict=True), start=1)
    items = [
        np.where(gap, 0, min(item.values) + max(item.values) - values)
        if number in scoring.reverse
        else values
        for number, (values, gap, item) in rows
    ]
    answered = len(items) - np.add.reduce(missing, dtype=np.int64)
    complete = answered == len(items)
    prorated = ~complete & (n_missing <= scoring.missing.at_most) & (not strict)
    whole: Ints = total_of(scoring, items)
    over = np.maximum(answered, 1)
    exact: NDArray[np.float64] = np.where(complete, whole, whole * len(items) / over).astype(np.float64)
    # Half up in whole numbers: floor(x + 1/2) of the fraction whole * n / answered.
    rounded = np.where(complete, whole, (2 * whole * len(items) + over) // (2 * over))
    return Totals(items, exact.round(DECIMALS), rounded, n_missing, complete, prorated)


def _still_missing(instrument: Instrument, answers: Answers) -> list[Flags]:
    """What is missing after the instrument's own skips, whose items count as answered with 0."""
    missing = list(answers.missing)
    for skip in instrument.scoring.skips:
        asked = [number - 1 for number in skip.when_items]
        added = np.add.reduce([answers.values[place] for place in asked])
        passed = ~np.logical_or.reduce([answers.missing[place] for place in asked]) & (added == skip.when_sum)
        for number in skip.items:
            missing[number - 1] = missing[number - 1] & ~passed
    return missing


def _statuses(totals: Totals, invalid: Flags) -> Ints:
    found = np.full(len(invalid), STATUSES.index(Status.INCOMPLETE))
    found[totals.prorated] = STATUSES.index(Status.PRORATED)
    found[totals.complete] = STATUSES.index(Status.COMPLETE)
    found[totals.complete & (totals.n_missing > 0)] = STATUSES.index(Status.COMPLETE_BY_SKIP)
    found[invalid] = STATUSES.index(Status.INVALID)
    return found


def _risk_columns(instrument: Instrument, answers: Answers, where: Flags) -> dict[str, Any]:
    risk = instrument.risk
    if risk is None:
        return {}
    values, missing = answers.values[risk.item - 1], answers.missing[risk.item - 1]
    return {
        f"{risk.prefix}_item": _with_gaps(values, where & ~missing),
        f"{risk.prefix}_flag": _with_gaps(~missing & (values >= risk.flagged_from), where),
        f"{risk.prefix}_unanswered": _with_gaps(missing, where),
    }


def _finding_columns(instrument: Instrument, totals: Totals, scored: Flags) -> dict[str, Any]:
    found: dict[str, Any] = {}
    columns: dict[str, Any] = {}
    if instrument.scoring.bands:
        severity = Bands(instrument.scoring.bands)
        columns["severity"] = _in_bands(severity, Scored(totals.items, totals.rounded, found), scored)
    for key, result in instrument.scoring.results:
        where = scored & totals.complete if result.needs_all_items else scored
        now = Scored(totals.items, totals.rounded, found)
        if isinstance(result, Bands):
            columns[key] = _in_bands(result, now, where)
            continue
        found[key] = result.read(now)
        if isinstance(found[key], dict):
            columns.update({f"{key}.{name}": _with_gaps(one, where) for name, one in found[key].items()})
        else:
            columns[key] = _with_gaps(found[key], where)
    return columns


def _in_bands(bands: Bands, scored: Scored, where: Flags) -> Any:
    import pandas as pd

    codes = np.where(where, bands.read(scored), -1)
    return pd.Categorical.from_codes(
        codes, categories=pd.Index([band.key for band in bands.bands]), ordered=True
    )


def _with_gaps(values: NDArray[Any], where: Flags) -> Any:
    """The values as a nullable column, NA where there is none."""
    import pandas as pd

    kind = pd.arrays.BooleanArray if values.dtype == bool else pd.arrays.IntegerArray
    return kind(values, ~where)
