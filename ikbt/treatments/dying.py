"""A patient has died: decides that nothing is sent to her any more, at once, and that her treatments end."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.clock import local_date
from ikbt.outbox.models import Notice
from ikbt.treatments.course_states import TABLE, Event, State, Who
from ikbt.treatments.models import Transfer, Treatment
from ikbt.treatments.pausing import end_pause
from ikbt.treatments.stepping import locked_course, parts_of, take_step
from ikbt.treatments.summarising import summarise
from measurements.shifting import withdraw_waiting


def record_death(treatment: Treatment, *, died_on: date, by: Actor, at: datetime) -> Person:
    """Mark the person, drop what has not been sent, end all her treatments; nothing is asked of her again.

    By whoever cares for her. Alerts stay for a human to close. Raises ValidationError with code "not_yours" or "day".
    """
    if not parts_of(treatment, by, at) - {Who.PATIENT}:
        raise ValidationError(_("Somebody else decides that."), code="not_yours")
    if died_on > local_date(at):
        raise ValidationError(_("The day lies ahead."), code="day")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=treatment.patient_id)
        person.deceased_on = died_on
        person.save(update_fields=["deceased_on"])
        Notice.objects.filter(person=person, sent_at=None).delete()
        for one in Treatment.objects.of_patient(person.pk):
            _end(one, by=by, at=at)
        _log(person, "deceased", by=by)
    return person


def take_back_death(treatment: Treatment, *, by: Actor, at: datetime) -> Person:
    """She lives: the mark was a mistake. Her treatment is reopened by its own verb."""
    if not parts_of(treatment, by, at) - {Who.PATIENT}:
        raise ValidationError(_("Somebody else decides that."), code="not_yours")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=treatment.patient_id)
        person.deceased_on = None
        person.save(update_fields=["deceased_on"])
        _log(person, "not deceased", by=by)
    return person


def _end(treatment: Treatment, *, by: Actor, at: datetime) -> None:
    locked = locked_course(treatment)
    withdraw_waiting(locked.series, at=at)
    if (State(locked.state), Event.DISCONTINUED) not in TABLE:
        return
    if (
        Transfer.objects.waiting()
        .filter(treatment=locked)
        .update(answer=Transfer.Answer.WITHDRAWN, answered_at=at, answered_by=by.id)
    ):
        withdrawn = {"answer": Transfer.Answer.WITHDRAWN.value}
        take_step(locked, Event.TRANSFER_DECLINED, by=by, at=at, details=withdrawn)
    if locked.state == Treatment.State.PAUSED:
        end_pause(locked, by=by, at=at)
    locked.ended_at, locked.end_reason = at, Treatment.EndReason.DECEASED
    locked.save(update_fields=["ended_at", "end_reason"])
    take_step(locked, Event.DISCONTINUED, by=by, at=at, details={"reason": "deceased"})
    summarise(locked, at=at)


def _log(person: Person, what: str, *, by: Actor) -> None:
    record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, patient=person.pk, reason=what)
