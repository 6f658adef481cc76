"""Makes the outcome report of a table of scores; the place to begin.

    table = read_csv(path)                      # or read_rows(rows)
    report = outcome_report(table, by="group")  # small groups are hidden already
    report.as_dict()

Light to import: numpy and pandas come with the first call.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from measurements.outcomes.figures import Report
from measurements.outcomes.hiding import AT_LEAST, hidden
from measurements.outcomes.refusals import ChoiceError

if TYPE_CHECKING:
    from measurements.outcomes.table import Table

BASELINE, END = "pre", "post"
FOLLOW_UP = "follow"  # waves whose names begin so are after the course
NOTES = (
    "all: everybody with a score at baseline, the last recorded score of the course standing for the end; "
    "completers: those with a score at the end; worst_case: all, a missing end counted as not improved.",
    "Deterioration has no worst case: a missing score is no sign of having become worse, nor of not having.",
    "The pair follows the Talking Therapies rules: first and last recorded score; all are those with two of each.",
    "Figures of fewer than {at_least} persons are hidden, and others where those would follow by subtraction.",
)


def read_csv(path: Path) -> Table:
    """The table of a CSV file; raises TableError, one sentence that names the place."""
    from measurements.outcomes import table

    return table.read_csv(path)


def read_rows(rows: Iterable[Mapping[str, Any]]) -> Table:
    """The table of rows, each a mapping with the columns of `table`; raises TableError."""
    from measurements.outcomes import table

    return table.read_rows(rows)


def outcome_report(
    table: Table,
    *,
    by: str = "",
    baseline: str = "",
    end: str = "",
    at_least: int = AT_LEAST,
    model: bool = True,
    also_hidden: Collection[str] = (),
) -> Report:
    """The figures of everybody, and by each value of the column `by` where one is named; small groups hidden.

    The course runs from the wave `baseline` (else "pre", else the first by days) to `end` (else "post", else the last
    that is no follow-up). `also_hidden` names groups that would tell of few beside other reports. Raises ChoiceError
    for a wave or column that isn't there and for `at_least` below 1.
    """
    from measurements.outcomes.counting import Course
    from measurements.outcomes.describing import group_figures

    if at_least < 1:
        raise ChoiceError(f"The smallest number shown must be 1 or more, not {at_least}.")
    column = table.columns[_chosen(by, tuple(table.columns), "column")] if by else None
    first, last = _ends(table.waves, baseline, end)
    course = Course(first, last)
    groups = []
    if column is not None:
        groups = [
            group_figures(table.of(column.places == place), course, name=name, model=model)
            for name, place in sorted((name, place) for place, name in enumerate(column.names))
        ]
    whole = Report(
        baseline=table.waves[first],
        end=table.waves[last],
        by=by,
        at_least=at_least,
        total=group_figures(table, course, name="", model=model),
        groups=tuple(groups),
        notes=tuple(note.format(at_least=at_least) for note in NOTES),
    )
    return hidden(whole, also=also_hidden)


def _ends(waves: tuple[str, ...], baseline: str, end: str) -> tuple[int, int]:
    """The places of the first and last wave of the course."""
    if len(waves) < 2:
        raise ChoiceError(f"There is one wave alone, {waves[0]}; an outcome needs a baseline and an end.")
    first = waves.index(_chosen(baseline or _default_baseline(waves), waves, "wave"))
    last = waves.index(_chosen(end or _default_end(waves), waves, "wave"))
    if last <= first:
        raise ChoiceError(
            f"The course must end after it begins: from {waves[first]} to {waves[last]} was asked for, "
            f"and the waves are {', '.join(waves)}."
        )
    return first, last


def _default_baseline(waves: tuple[str, ...]) -> str:
    return BASELINE if BASELINE in waves else waves[0]


def _default_end(waves: tuple[str, ...]) -> str:
    within = [wave for wave in waves if not wave.lower().startswith(FOLLOW_UP)]
    return END if END in waves else (within or waves)[-1]


def _chosen(name: str, known: tuple[str, ...], kind: str) -> str:
    if name not in known:
        raise ChoiceError(f"There is no {kind} {name!r}. There are {', '.join(known)}.")
    return name
