"""Ends a course: closing, completing, discontinuing with a reason code, and closing the case when nothing waits."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID, uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ikbt.audit.recording import Actor
from ikbt.common.clock import local_date
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.alerting import settle_task
from ikbt.treatments.automatic_rules import CLOSE_CASE
from ikbt.treatments.course_states import Event
from ikbt.treatments.measuring import end_measurements
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Alert, Treatment, TreatmentEvent
from ikbt.treatments.pausing import end_pause
from ikbt.treatments.revoking import refuse_revoking, revoke
from ikbt.treatments.stepping import locked_course, need_reason, refuse_obstacles, take_step
from ikbt.treatments.summarising import summarise
from ikbt.treatments.tasks_of_course import raise_task
from measurements.models import Occasion
from measurements.shifting import shift_kinds, withdraw_waiting

EndReason = Treatment.EndReason
WISH = "wish to end"


def begin_closing(treatment: Treatment, *, by: Actor, at: datetime) -> Treatment:
    """The last part: questions after the treatment open now at the latest, and the closing talk is to be held."""
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.CLOSING_BEGUN, by=by, at=at)
        _bring_forward(locked, at=at)
        take_step(locked, Event.CLOSING_BEGUN, by=by, at=at)
        summarise(locked, at=at)
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"closing:{locked.pk}:{local_date(at)}", at=at)
    return locked


def complete_treatment(treatment: Treatment, *, reason: str, by: Actor, at: datetime) -> Treatment:
    """The closing talk has been held: she reads and practises on, and follow-ups count from today."""
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.COMPLETED, by=by, at=at)
        why = need_reason(reason)
        _end(locked, EndReason.COMPLETED, by=by, at=at)
        take_step(locked, Event.COMPLETED, by=by, at=at, reason=why, details={"reason": "completed"})
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"completed:{locked.pk}:{local_date(at)}", at=at)
    return locked


def discontinue_treatment(
    treatment: Treatment, *, code: str, reason: str, by: Actor, at: datetime
) -> Treatment:
    """End it ahead of its time; a pause ends with it. One that was started for the wrong patient is taken back.

    Raises ValidationError: code "code", "reason", or obstacles.
    """
    if code not in EndReason.values or code == EndReason.COMPLETED:
        raise ValidationError(_("Choose why it ends."), code="code")
    why = need_reason(reason)
    with transaction.atomic():
        locked = locked_course(treatment)
        if code == EndReason.WRONG_PATIENT:
            # Before what waits: nobody answers what she wrote only to be told that it can't be taken back.
            refuse_revoking(locked, at=at)
        refuse_obstacles(locked, Event.DISCONTINUED, by=by, at=at)
        if locked.state == Treatment.State.PAUSED:
            end_pause(locked, by=by, at=at)
        _end(locked, code, by=by, at=at)
        take_step(locked, Event.DISCONTINUED, by=by, at=at, reason=why, details={"reason": code})
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"ended:{locked.pk}:{local_date(at)}", at=at)
    return locked


def close_treatment(treatment: Treatment, *, reason: str, by: Actor, at: datetime) -> Treatment:
    """Close the case: refused while an alert, a message or handed-in work waits; what is still asked is withdrawn."""
    with transaction.atomic():
        locked = locked_course(treatment)
        # The task to close it holds nothing up.
        settle_task(locked, CLOSE_CASE.key, by=by, at=at)
        refuse_obstacles(locked, Event.CLOSED, by=by, at=at)
        why = need_reason(reason)
        withdraw_waiting(locked.series, at=at)
        take_step(locked, Event.CLOSED, by=by, at=at, reason=why)
        summarise(locked, at=at)
    return locked


def wish_to_end(
    treatment: Treatment, *, by: Actor, at: datetime, reason: str = "", client_key: UUID | None = None
) -> None:
    """She wants to stop: her therapist gets it as a task and talks with her; nothing ends by itself.

    Her words go as a message in the conversation, so that they are answered; the same key again sends nothing more.
    """
    with transaction.atomic():
        locked = locked_course(treatment)
        if by.id != locked.patient_id or not locked.is_running:
            raise ValidationError(_("The treatment is not running."), code="other_state")
        raise_task(locked, by=by, at=at, cause=WISH)
        said = "\n\n".join(part for part in (gettext("I want to end my treatment."), reason.strip()) if part)
        key = client_key or uuid4()
        send_message(locked, said, sender=locked.patient, client_key=key, by=by, at=at)


def has_asked_to_end(treatment: Treatment) -> bool:
    """Whether she has said so, and her therapist has not closed the task that it made."""
    task = Alert.objects.filter(treatment=treatment, kind=Alert.Kind.COURSE, closed_at=None).first()
    told = TreatmentEvent.objects.filter(treatment=treatment, kind=TreatmentEvent.Kind.ALERT_RAISED)
    return task is not None and told.filter(details__alert=str(task.pk), details__cause=WISH).exists()


def _end(locked: Treatment, code: str, *, by: Actor, at: datetime) -> None:
    begun = locked.state != Treatment.State.READY
    locked.ended_at, locked.end_reason = at, code
    locked.save(update_fields=["ended_at", "end_reason"])
    if code == EndReason.WRONG_PATIENT:
        revoke(locked, by=by, at=at)
    elif begun:
        end_measurements(locked, by=by, at=at)
    push_on_commit(treatment_group(locked.pk), "module")


def _bring_forward(locked: Treatment, *, at: datetime) -> None:
    posts = Occasion.objects.standing().filter(
        series=locked.series_id, kind=Occasion.Kind.POST, answered_at=None, opens_at__gt=at
    )
    first = posts.order_by("opens_at").first()
    if first is not None:
        days = (local_date(first.opens_at) - local_date(at)).days
        shift_kinds(locked.series, [Occasion.Kind.POST], days=-days)
