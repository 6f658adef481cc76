"""Pure: decides how long alerts waited until somebody took them and until they were closed, in opening time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from ikbt.common.working_time import OpeningHours, open_time_between


@dataclass(frozen=True)
class Handled:
    """One alert's moments; None: it has not come so far."""

    raised_at: datetime
    due_at: datetime
    taken_at: datetime | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class AlertTimes:
    """Of many: how many there were, medians in opening time, shares within the limit from 0 to 1.

    None: there is nothing to say it of. `late`: open ones, and those nobody took, whose time has run out.
    """

    count: int
    to_take: timedelta | None
    to_close: timedelta | None
    taken_in_time: float | None
    closed_in_time: float | None
    late: int


def alert_times(alerts: Iterable[Handled], hours: OpeningHours, *, at: datetime) -> AlertTimes:
    """The figures as they stand at a moment; one that may still be handled in time counts in no share."""
    rows = list(alerts)
    taken = [open_time_between(one.raised_at, one.taken_at, hours) for one in rows if one.taken_at]
    closed = [open_time_between(one.raised_at, one.closed_at, hours) for one in rows if one.closed_at]
    return AlertTimes(
        count=len(rows),
        to_take=_median(taken),
        to_close=_median(closed),
        taken_in_time=_share([in_time(one.taken_at, one.due_at, at=at) for one in rows]),
        closed_in_time=_share([in_time(one.closed_at, one.due_at, at=at) for one in rows]),
        late=sum(one.closed_at is None and one.due_at <= at for one in rows),
    )


def in_time(done: datetime | None, due: datetime, *, at: datetime) -> bool | None:
    """Whether it was done by when it was due; None while that is not known yet."""
    if done is not None:
        return done <= due
    return False if due <= at else None


def _share(found: Sequence[bool | None]) -> float | None:
    known = [one for one in found if one is not None]
    return sum(known) / len(known) if known else None


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None
