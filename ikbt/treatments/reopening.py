"""Takes an ended treatment up again within some weeks, where it was; what its end withdrew is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.common.clock import local_date
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.alerting import settle_task
from ikbt.treatments.automatic_rules import CLOSE_CASE
from ikbt.treatments.course_states import Event
from ikbt.treatments.models import Treatment
from ikbt.treatments.stepping import locked_course, need_reason, refuse_obstacles, take_step
from ikbt.treatments.summarising import summarise
from measurements.models import Occasion
from measurements.shifting import take_up_again


def reopen_treatment(treatment: Treatment, *, reason: str, by: Actor, at: datetime) -> Treatment:
    """Run again; the end moves by the days it lay still. Raises ValidationError with the obstacles of the course."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=treatment.patient_id)
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.REOPENED, by=by, at=at)
        why = need_reason(reason)
        if locked.end_reason == Treatment.EndReason.WRONG_PATIENT:
            raise ValidationError(
                _("It was started for the wrong patient, and stays ended."), code="other_state"
            )
        settle_task(locked, CLOSE_CASE.key, by=by, at=at)
        days = 0
        if locked.ended_at is not None and locked.ends_on is not None:
            days = (local_date(at) - local_date(locked.ended_at)).days
            # Follow-ups count from the end, and it has none any more.
            later = Occasion.objects.standing().filter(
                series=locked.series_id, kind=Occasion.Kind.FOLLOW_UP, answered_at=None
            )
            later.delete()
            withdrawn_at = locked.ended_at
            take_up_again(locked.series, withdrawn_at=withdrawn_at, days=days)
            locked.ends_on += timedelta(days=days)
        locked.ended_at, locked.end_reason = None, ""
        locked.save(update_fields=["ends_on", "ended_at", "end_reason"])
        take_step(locked, Event.REOPENED, by=by, at=at, reason=why, details={"moved": days})
        summarise(locked, at=at)
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"reopened:{locked.pk}:{local_date(at)}", at=at)
    return locked
