"""Decides by which day a patient is promised an answer: working days, without the unit's closed ones and her pauses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ikbt.accounts.opening import opening_hours_of
from ikbt.common.clock import local_date
from ikbt.common.working_time import due_by
from ikbt.treatments.models import Message, ModuleProgress, Treatment
from ikbt.treatments.pausing import paused_days_of
from ikbt.treatments.thresholds import thresholds_of

INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Promise:
    """An answer by the end of `day` at the latest; `waits`: she has written already. `is_late`: it did not hold."""

    day: date
    waits: bool
    is_late: bool


def reply_promised(treatment: Treatment, *, at: datetime) -> Promise:
    """On the first of her messages that nobody has answered, else on one that she writes now."""
    rows = Message.objects.filter(treatment=treatment, from_patient=True, answered_at=None)
    first = rows.order_by("sent_at").values_list("sent_at", flat=True).first()
    hours = thresholds_of(treatment.unit).answer_hours
    return _promise(treatment, first or at, hours, waits=first is not None, at=at)


def feedback_promised(treatment: Treatment, progress: ModuleProgress, *, at: datetime) -> Promise | None:
    """On a module that has been handed in and has no feedback; None for others."""
    if progress.submitted_at is None or progress.feedback_at is not None:
        return None
    hours = thresholds_of(treatment.unit).feedback_red_hours
    return _promise(treatment, progress.submitted_at, hours, waits=True, at=at)


def _promise(treatment: Treatment, since: datetime, hours: int, *, waits: bool, at: datetime) -> Promise:
    closed_on = opening_hours_of(treatment.unit).closed_on | paused_days_of(treatment)
    due = due_by(since, hours, closed_on=closed_on)
    # A time that is up at midnight is up with the day before.
    return Promise(local_date(due - INSTANT), waits=waits, is_late=due <= at)
