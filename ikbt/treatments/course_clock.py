"""What the clock does to courses: starts, resumes, closes, goes over to follow-up, and asks for decisions overdue."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from ikbt.audit.recording import SYSTEM
from ikbt.common.clock import local_date
from ikbt.treatments.course_states import Event
from ikbt.treatments.ending import begin_closing
from ikbt.treatments.models import Pause, Transfer, Treatment, TreatmentEvent
from ikbt.treatments.pausing import resume_due
from ikbt.treatments.starting import begin_treatment
from ikbt.treatments.stepping import locked_course, refuse_obstacles, take_step
from ikbt.treatments.tasks_of_course import raise_task
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.transferring import expire_transfer
from measurements.plan import months_after

State = Treatment.State
Row = Pause | Transfer | Treatment


def due_courses(at: datetime) -> Iterator[Row]:
    """Everything whose time has come by `at`: pauses that are over, offers, starts, ends."""
    today = local_date(at)
    yield from Pause.objects.over(today).select_related("treatment")
    yield from Transfer.objects.expired(at).select_related("treatment")
    rows = Treatment.objects.everybodys().select_related("unit")
    yield from rows.filter(state=State.READY, starts_on__lte=today, decision__isnull=False)
    yield from rows.filter(state=State.ACTIVE, ends_on__lt=today)
    yield from (one for one in rows.filter(state=State.CLOSING) if _is_long_closing(one, at))
    ended = rows.filter(state=State.MAINTENANCE, ended_at__lte=at - timedelta(days=28))
    yield from (one for one in ended if _is_maintained(one, at))


def move_on(row: Row, *, at: datetime) -> bool:
    """What is due of one; True when something was done now. A repeat does nothing."""
    if isinstance(row, Pause):
        return resume_due(row, at=at)
    if isinstance(row, Transfer):
        return expire_transfer(row, at=at)
    with transaction.atomic():
        locked = locked_course(row)
        if locked.state != row.state:
            return False
        return _move(locked, at=at)


def _move(locked: Treatment, *, at: datetime) -> bool:
    if locked.state == State.READY:
        return _begins(locked, at=at)
    if locked.state == State.ACTIVE:
        begin_closing(locked, by=SYSTEM, at=at)
        raise_task(locked, at=at)
        return True
    if locked.state == State.CLOSING:
        # The closing talk is late: once a closing, and again never, though the alert may have been closed.
        step = _closing_begun(locked)
        step.details = {**step.details, "reminded": at.isoformat()}
        step.save(update_fields=["details"])
        raise_task(locked, at=at)
        return True
    refuse_obstacles(locked, Event.FOLLOW_UP_BEGUN, by=SYSTEM, at=at)
    take_step(locked, Event.FOLLOW_UP_BEGUN, by=SYSTEM, at=at)
    return True


def _begins(locked: Treatment, *, at: datetime) -> bool:
    try:
        with transaction.atomic():
            begin_treatment(locked, by=SYSTEM, at=at)
    except ValidationError:
        # Something stands in its way: a human sees what on its page. One task says so.
        if locked.alerts.filter(kind="course").exists():
            return False
        raise_task(locked, at=at)
    return True


def _closing_begun(treatment: Treatment) -> TreatmentEvent:
    rows = TreatmentEvent.objects.filter(treatment=treatment, kind=Event.CLOSING_BEGUN)
    return rows.order_by("-course_step")[0]


def _is_long_closing(treatment: Treatment, at: datetime) -> bool:
    days = timedelta(days=thresholds_of(treatment.unit).closing_days)
    rows = TreatmentEvent.objects.filter(treatment=treatment, kind=Event.CLOSING_BEGUN)
    since = rows.aggregate(last=Max("at"))["last"]
    return since is not None and since + days <= at and "reminded" not in _closing_begun(treatment).details


def _is_maintained(treatment: Treatment, at: datetime) -> bool:
    if treatment.ended_at is None:
        return False
    months = thresholds_of(treatment.unit).maintenance_months
    return months_after(local_date(treatment.ended_at), months) <= local_date(at)
