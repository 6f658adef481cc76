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
class Within:
    """How many were done by when they were due, of those of which that is known."""

    part: int
    whole: int


@dataclass(frozen=True)
class AlertTimes:
    """Of many: how many there were and were taken, medians in opening time, how many within the limit.

    None: there is nothing to say it of. `late`: open ones, and those nobody took, whose time has run out. Closing one
    that nobody had taken is taking it.
    """

    count: int
    taken: int
    to_take: timedelta | None
    to_close: timedelta | None
    taken_in_time: Within
    closed_in_time: Within
    late: int


def alert_times(alerts: Iterable[Handled], hours: OpeningHours, *, at: datetime) -> AlertTimes:
    """The figures as they stand at a moment; one that may still be handled in time counts in no share."""
    rows = list(alerts)
    acted = [(one, one.taken_at or one.closed_at) for one in rows]
    taken = _open_times([(one.raised_at, done) for one, done in acted], hours)
    closed = _open_times([(one.raised_at, one.closed_at) for one in rows], hours)
    return AlertTimes(
        count=len(rows),
        taken=len(taken),
        to_take=_median(taken),
        to_close=_median(closed),
        taken_in_time=_within([in_time(done, one.due_at, at=at) for one, done in acted]),
        closed_in_time=_within([in_time(one.closed_at, one.due_at, at=at) for one in rows]),
        late=sum(one.closed_at is None and one.due_at <= at for one in rows),
    )


def _open_times(spans: Iterable[tuple[datetime, datetime | None]], hours: OpeningHours) -> list[timedelta]:
    """Of those that have an end."""
    return [open_time_between(began, ended, hours) for began, ended in spans if ended is not None]


def in_time(done: datetime | None, due: datetime, *, at: datetime) -> bool | None:
    """Whether it was done by when it was due; None while that is not known yet."""
    if done is not None:
        return done <= due
    return False if due <= at else None


def _within(found: Sequence[bool | None]) -> Within:
    known = [one for one in found if one is not None]
    return Within(sum(known), len(known))


def _median(times: Sequence[timedelta]) -> timedelta | None:
    return timedelta(seconds=median(one.total_seconds() for one in times)) if times else None
