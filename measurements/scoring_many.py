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

Ints = NDArray[Any]  # whole numbers, two or eight bytes
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


@dataclass(frozen=True)
class Column:
    """A column found: values, where they count (NA elsewhere), and the words they are places in, if any."""

    values: NDArray[Any]
    where: Flags
    keys: tuple[str, ...] = ()


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
    columns = {
        "status": Column(
            _statuses(totals, invalid), np.ones_like(invalid), tuple(str(one) for one in STATUSES)
        ),
        "total": Column(totals.exact, scored),
        "total_rounded": Column(totals.rounded, scored),
        "n_missing": Column(totals.n_missing * ~totals.complete, ~invalid),
        "item": Column(_first_invalid(answers, invalid), invalid),
        **_risk_columns(instrument, answers, ~invalid),
        **_finding_columns(instrument, totals, scored),
    }
    return pd.DataFrame({key: _nullable(column) for key, column in columns.items()}, frame.index, copy=False)


def _nullable(column: Column) -> Any:
    import pandas as pd

    if column.keys:
        codes = np.where(column.where, column.values, -1).astype(np.int8)
        return pd.Categorical.from_codes(codes, categories=pd.Index(column.keys), ordered=True)
    if column.values.dtype == np.float64:
        column.values[~column.where] = np.nan
        return column.values
    if column.values.dtype == bool:
        return pd.arrays.BooleanArray(column.values, ~column.where)
    return pd.arrays.IntegerArray(column.values, ~column.where)


def _read(instrument: Instrument, frame: pd.DataFrame) -> Answers:
    # Two bytes a value, where every number on the way to the total fits.
    highest = 2 * len(instrument.items) * max(instrument.scoring.highest, 100)
    kind = np.int16 if highest < np.iinfo(np.int16).max else np.int64
    answers = Answers([], [], [])
    for place, item in enumerate(instrument.items):
        values, missing, valid = _read_column(frame.iloc[:, place], item.values, kind)
        answers.values.append(values)
        answers.missing.append(missing)
        # In place, here and below: new memory costs more than the arithmetic.
        valid |= missing
        answers.invalid.append(np.logical_not(valid, out=valid))
    return answers


def _read_column(
    column: pd.Series[Any], allowed: frozenset[int], kind: type[Any]
) -> tuple[Ints, Flags, Flags]:
    """The values (0 where there is none), where they are missing, where they are valid."""
    if column.dtype.kind not in "iuf":
        valid = np.fromiter((is_answer(value, allowed) for value in column), bool, len(column))
        found = [value if good else 0 for value, good in zip(column, valid, strict=True)]
        return np.array(found, dtype=kind), column.isna().to_numpy(dtype=bool), valid
    # Only pandas' own kinds hold NA; naming a value for it copies the others too.
    plain = isinstance(column.dtype, np.dtype)
    numbers = column.to_numpy(np.float64) if plain else column.to_numpy(np.float64, na_value=np.nan)
    with np.errstate(invalid="ignore"):  # NaN and infinity become some number, and fail the comparison
        whole = numbers.astype(kind)
    valid = whole == numbers
    lowest, highest = min(allowed), max(allowed)
    if len(allowed) == highest - lowest + 1:
        # One comparison for both ends: below the lowest, an unsigned number is a large one.
        shifted = whole - kind(lowest) if lowest else whole
        valid &= shifted.view(f"u{whole.itemsize}") <= highest - lowest
    else:
        valid &= np.isin(whole, sorted(allowed))
    whole *= valid
    return whole, np.isnan(numbers), valid


def _totals(instrument: Instrument, answers: Answers, *, strict: bool) -> Totals:
    scoring = instrument.scoring
    items = [
        (min(item.values) + max(item.values) - values) * ~gap if number in scoring.reverse else values
        for number, (values, gap, item) in enumerate(
            zip(answers.values, answers.missing, instrument.items, strict=True), start=1
        )
    ]
    n_missing = _count(answers.missing)
    # After the instrument's own skips, whose items count as answered with 0.
    answered = len(items) - (_count(_still_missing(instrument, answers)) if scoring.skips else n_missing)
    complete = answered == len(items)
    prorated = ~complete & (n_missing <= scoring.missing.at_most) & (not strict)
    whole: Ints = total_of(scoring, items)
    exact, rounded = whole.astype(np.float64), whole.copy()
    rows = np.flatnonzero(prorated)
    fraction, over = whole[rows] * len(items), answered[rows]
    exact[rows] = (fraction / over.astype(np.float64)).round(DECIMALS)
    # Half up in whole numbers: floor(x + 1/2) of the fraction.
    rounded[rows] = (2 * fraction + over) // (2 * over)
    return Totals(items, exact, rounded, n_missing, complete, prorated)


def _count(flags: list[Flags]) -> Ints:
    return np.add.reduce(flags, dtype=np.int16)  # type: ignore[no-any-return]


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
    filled, scored = totals.n_missing > 0, totals.complete | totals.prorated
    exclusive = {
        Status.COMPLETE: totals.complete & ~filled,
        Status.COMPLETE_BY_SKIP: totals.complete & filled,
        Status.PRORATED: totals.prorated,
        Status.INCOMPLETE: ~scored,
    }
    # Added up, since a row has one of them: several times as fast as choosing.
    found = np.add.reduce([where * np.int8(STATUSES.index(one)) for one, where in exclusive.items()])
    found[invalid] = STATUSES.index(Status.INVALID)
    return found  # type: ignore[no-any-return]


def _first_invalid(answers: Answers, invalid: Flags) -> Ints:
    rows = np.flatnonzero(invalid)
    places = np.zeros(len(invalid), dtype=np.int16)
    places[rows] = np.argmax([flags[rows] for flags in answers.invalid], axis=0) + 1
    return places


def _risk_columns(instrument: Instrument, answers: Answers, where: Flags) -> dict[str, Column]:
    risk = instrument.risk
    if risk is None:
        return {}
    values, missing = answers.values[risk.item - 1], answers.missing[risk.item - 1]
    return {
        f"{risk.prefix}_item": Column(values.copy(), where & ~missing),
        f"{risk.prefix}_flag": Column(~missing & (values >= risk.flagged_from), where),
        f"{risk.prefix}_unanswered": Column(missing, where),
    }


def _finding_columns(instrument: Instrument, totals: Totals, scored: Flags) -> dict[str, Column]:
    found: dict[str, Any] = {}
    columns: dict[str, Column] = {}
    if instrument.scoring.bands:
        severity = Bands(instrument.scoring.bands)
        now = Scored(totals.items, totals.rounded, found)
        columns["severity"] = Column(severity.read(now), scored, severity.keys)
    for key, result in instrument.scoring.results:
        where = scored & totals.complete if result.needs_all_items else scored
        now = Scored(totals.items, totals.rounded, found)
        if isinstance(result, Bands):
            columns[key] = Column(result.read(now), where, result.keys)
            continue
        found[key] = result.read(now)
        if isinstance(found[key], dict):
            columns.update({f"{key}.{name}": Column(one, where) for name, one in found[key].items()})
        else:
            columns[key] = Column(found[key], where)
    return columns
