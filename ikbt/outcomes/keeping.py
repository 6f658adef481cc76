"""Keeps what was read of a choice in this process, so that an answer costs the reading of one summary, not of all."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING
from uuid import UUID

from ikbt.outcomes.reading import Choice, Row, Stamp, rows_of, table_of

if TYPE_CHECKING:
    from measurements.outcomes.table import Table

# A summary bears the moment of its change and is seen when that is stored; so much later at most.
LATE = timedelta(minutes=10)


class _Kept:
    """What was last read of one choice and instrument; replaced whole, so that two threads never see a mixture."""

    def __init__(self) -> None:
        self.last: tuple[Stamp, dict[UUID, Row], Table | None] | None = None


@lru_cache(maxsize=32)
def _kept(choice: Choice, instrument: str) -> _Kept:
    return _Kept()


def table_for(choice: Choice, stamp: Stamp, *, instrument: str) -> Table | None:
    """The table of one instrument; read anew as far as the choice's stamp says that something has changed."""
    kept = _kept(choice, instrument)
    last = kept.last
    if last is not None and last[0] == stamp:
        return last[2]
    rows = _with_changes(last[1], last[0], choice, instrument) if last else {}
    if len(rows) != stamp.n:
        # Somebody has left the choice, or nothing was kept.
        rows = {row.summary: row for row in rows_of(choice, instrument=instrument)}
    table = table_of(list(rows.values()), instruments=(instrument,))
    kept.last = stamp, rows, table
    return table


def _with_changes(rows: dict[UUID, Row], seen: Stamp, choice: Choice, instrument: str) -> dict[UUID, Row]:
    since = seen.newest - LATE if seen.newest else None
    return {**rows, **{row.summary: row for row in rows_of(choice, instrument=instrument, made_since=since)}}
