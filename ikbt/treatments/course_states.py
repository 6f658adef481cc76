"""Pure: the course of a treatment as one table (state, event) -> state, guards, who; and the state by replay.

RISK_HOLD and a pending transfer lie over a state and never replace it: she goes on working meanwhile. What is held by
an open high alert is release by rule (ikbt/treatments/unlocking.py); reading is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """From READY on; referral and assessment get theirs before it when intake is built. As Treatment.State."""

    READY = "ready"
    ACTIVE = "active"
    PAUSED = "paused"
    CLOSING = "closing"
    MAINTENANCE = "maintenance"
    FOLLOW_UP = "follow_up"
    DISCONTINUED = "discontinued"
    CLOSED = "closed"


class Event(StrEnum):
    """What moves a course; the values are kinds of TreatmentEvent."""

    PREPARED = "prepared"
    STARTED = "started"
    PAUSED = "paused"
    RESUMED = "resumed"
    PROLONGED = "prolonged"
    CLOSING_BEGUN = "closing_begun"
    COMPLETED = "completed"
    FOLLOW_UP_BEGUN = "follow_up_begun"
    DISCONTINUED = "discontinued"
    CLOSED = "closed"
    REOPENED = "reopened"
    THERAPIST_CHANGED = "therapist_changed"
    TRANSFER_OFFERED = "transfer_offered"
    TRANSFER_ACCEPTED = "transfer_accepted"
    TRANSFER_DECLINED = "transfer_declined"
    TRANSFER_EXPIRED = "transfer_expired"


class Who(StrEnum):
    """In what part somebody acts on this very course."""

    PATIENT = "patient"
    THERAPIST = "therapist"
    COORDINATOR = "coordinator"
    # Whoever may say yes at the unit that a transfer was offered to.
    RECEIVER = "receiver"
    CLOCK = "clock"


class Guard(StrEnum):
    """What must be true; also why an act is not possible."""

    OTHER_STATE = "other_state"
    NOT_YOURS = "not_yours"
    DECIDED = "decided"
    VERSION_ACTIVE = "version_active"
    THERAPIST_WORKS = "therapist_works"
    COVERED = "covered"
    ALONE = "alone"
    ALIVE = "alive"
    NO_OPEN_ALERT = "no_open_alert"
    ALL_ANSWERED = "all_answered"
    NO_WORK_WAITS = "no_work_waits"
    NO_TRANSFER = "no_transfer"
    TRANSFER_WAITS = "transfer_waits"
    REOPENED_IN_TIME = "reopened_in_time"
    BEGUN = "begun"


@dataclass(frozen=True)
class Transition:
    """Where an event leads, what must be true, and in whose hands it is; `to` None: the state stays."""

    to: State | None
    who: frozenset[Who]
    guards: tuple[Guard, ...] = ()


S, E, W, G = State, Event, Who, Guard
_CARERS = frozenset({W.THERAPIST})
_STAFF = frozenset({W.THERAPIST, W.COORDINATOR})
_CLOCK = frozenset({W.CLOCK})
_START = (G.DECIDED, G.VERSION_ACTIVE, G.THERAPIST_WORKS, G.COVERED, G.ALONE, G.ALIVE)
_REOPEN = (G.BEGUN, G.DECIDED, G.THERAPIST_WORKS, G.COVERED, G.ALONE, G.ALIVE, G.REOPENED_IN_TIME)
_PREPARE = Transition(S.READY, _STAFF | _CLOCK, (G.ALIVE,))
# After the end nothing can be answered any more: what waits is answered before it.
_ANSWERED = (G.ALL_ANSWERED, G.NO_WORK_WAITS, G.NO_TRANSFER)
_QUIET = (G.NO_OPEN_ALERT, *_ANSWERED)
_STOP = Transition(S.DISCONTINUED, _CARERS, _ANSWERED)
_PAUSE = Transition(S.PAUSED, _CARERS | {W.PATIENT}, (G.NO_TRANSFER,))
_CLOSE = Transition(S.CLOSED, _CARERS, _QUIET)
_COMPLETE = Transition(S.MAINTENANCE, _CARERS, _ANSWERED)

TABLE: Mapping[tuple[State | None, Event], Transition] = {
    (None, E.PREPARED): _PREPARE,
    (S.READY, E.STARTED): Transition(S.ACTIVE, _STAFF | _CLOCK, _START),
    (S.READY, E.DISCONTINUED): _STOP,
    (S.ACTIVE, E.PAUSED): _PAUSE,
    (S.PAUSED, E.RESUMED): Transition(S.ACTIVE, _CARERS | _CLOCK | {W.PATIENT}, ()),
    (S.ACTIVE, E.PROLONGED): Transition(S.ACTIVE, _CARERS),
    (S.CLOSING, E.PROLONGED): Transition(S.ACTIVE, _CARERS),
    (S.ACTIVE, E.CLOSING_BEGUN): Transition(S.CLOSING, _CARERS | _CLOCK),
    (S.ACTIVE, E.DISCONTINUED): _STOP,
    (S.PAUSED, E.DISCONTINUED): _STOP,
    (S.CLOSING, E.DISCONTINUED): _STOP,
    (S.CLOSING, E.COMPLETED): _COMPLETE,
    (S.MAINTENANCE, E.FOLLOW_UP_BEGUN): Transition(S.FOLLOW_UP, _CLOCK),
    (S.MAINTENANCE, E.CLOSED): _CLOSE,
    (S.FOLLOW_UP, E.CLOSED): _CLOSE,
    (S.DISCONTINUED, E.CLOSED): _CLOSE,
    (S.DISCONTINUED, E.REOPENED): Transition(S.ACTIVE, _CARERS, _REOPEN),
    (S.CLOSED, E.REOPENED): Transition(S.ACTIVE, _CARERS, _REOPEN),
    **{
        (state, E.TRANSFER_OFFERED): Transition(None, _STAFF, (G.NO_TRANSFER,))
        for state in (S.READY, S.ACTIVE, S.PAUSED)
    },
    **{
        (state, event): Transition(None, who, (G.TRANSFER_WAITS,))
        for state in (S.READY, S.ACTIVE, S.PAUSED, S.CLOSING)
        for event, who in (
            (E.TRANSFER_ACCEPTED, frozenset({W.RECEIVER})),
            (E.TRANSFER_DECLINED, frozenset({W.RECEIVER, W.THERAPIST, W.COORDINATOR})),
            (E.TRANSFER_EXPIRED, _CLOCK),
        )
    },
    **{(state, E.THERAPIST_CHANGED): Transition(None, _STAFF | _CLOCK) for state in S},
}


@dataclass(frozen=True)
class Situation:
    """What the guards look at, each True when it stands in no one's way."""

    decided: bool = True
    version_active: bool = True
    therapist_works: bool = True
    covered: bool = True
    alone: bool = True
    alive: bool = True
    no_open_alert: bool = True
    all_answered: bool = True
    no_work_waits: bool = True
    no_transfer: bool = True
    reopened_in_time: bool = True
    begun: bool = True

    def meets(self, guard: Guard) -> bool:
        if guard is Guard.TRANSFER_WAITS:
            return not self.no_transfer
        return bool(getattr(self, guard.value))


def obstacles(
    state: State | None, event: Event, situation: Situation, *, who: Iterable[Who] | None = None
) -> list[Guard]:
    """All that speaks against an event now; empty when it may happen. Without `who` it is not asked whose it is."""
    found = TABLE.get((state, event))
    if found is None:
        return [Guard.OTHER_STATE]
    refused = [] if who is None or found.who & frozenset(who) else [Guard.NOT_YOURS]
    return refused + [guard for guard in found.guards if not situation.meets(guard)]


class ImpossibleCourse(ValueError):
    """The stored events can't have happened in this order."""


@dataclass(frozen=True)
class Happened:
    """One stored event, without who and why."""

    event: Event
    details: Mapping[str, Any]


@dataclass(frozen=True)
class Course:
    """What replaying gives; `moved_days` is by how much the end lies later than the start fixed."""

    state: State
    unit: str
    therapist: str
    starts_on: date | None = None
    ends_on: date | None = None
    moved_days: int = 0
    paused_days: int = 0
    transfer_waits: bool = False


def replay(events: Iterable[Happened]) -> Course | None:
    """The course that these events make, in their order; raises ImpossibleCourse."""
    course: Course | None = None
    for happened in events:
        state = course.state if course else None
        step = TABLE.get((state, happened.event))
        if step is None:
            raise ImpossibleCourse(f"{happened.event} in {state}")
        course = _after(course, happened, step)
    return course


def _after(course: Course | None, happened: Happened, step: Transition) -> Course:
    details, event = happened.details, happened.event
    if course is None:
        return Course(State.READY, unit=details["unit"], therapist=details["therapist"])
    course = replace(course, state=step.to or course.state)
    if event is Event.STARTED:
        return replace(course, starts_on=_day(details["starts_on"]), ends_on=_day(details["ends_on"]))
    if event is Event.THERAPIST_CHANGED:
        return replace(course, therapist=details["to"])
    if event in _TRANSFER:
        moved = {key: details[key] for key in ("unit", "therapist") if event is Event.TRANSFER_ACCEPTED}
        return replace(course, transfer_waits=event is Event.TRANSFER_OFFERED, **moved)
    return _moved(course, int(details.get("moved", 0)), paused=event in (Event.PAUSED, Event.RESUMED))


_TRANSFER = (Event.TRANSFER_OFFERED, Event.TRANSFER_ACCEPTED, Event.TRANSFER_DECLINED, Event.TRANSFER_EXPIRED)


def _moved(course: Course, days: int, *, paused: bool) -> Course:
    return replace(
        course,
        ends_on=course.ends_on + timedelta(days=days) if course.ends_on else None,
        moved_days=course.moved_days + days,
        paused_days=course.paused_days + (days if paused else 0),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)
