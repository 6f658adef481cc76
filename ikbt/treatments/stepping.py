"""The one place where a course changes its state: decides whether an event may happen now, and stores it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from ikbt.common.live import desk_group, push_on_commit, treatment_group
from ikbt.treatments.course_states import (
    TABLE,
    Course,
    Event,
    Guard,
    Happened,
    Situation,
    State,
    Who,
    obstacles,
    replay,
)
from ikbt.treatments.models import (
    CareRelation,
    Message,
    ModuleProgress,
    Transfer,
    Treatment,
    TreatmentDecision,
    TreatmentEvent,
)
from ikbt.treatments.next_in_line import next_in_line
from ikbt.treatments.thresholds import thresholds_of
from programs.models import Activation

Kind = CareRelation.Kind
SHORTEST_REASON = 5
CARING = (Kind.RESPONSIBLE, Kind.STAND_IN)
WHY_NOT: Mapping[Guard, Any] = {
    Guard.OTHER_STATE: _("The treatment is not in a state where this is done."),
    Guard.NOT_YOURS: _("Somebody else decides that."),
    Guard.DECIDED: _("The decision has not been signed."),
    Guard.VERSION_ACTIVE: _("The unit does not treat by this version of the program."),
    Guard.THERAPIST_WORKS: _("The therapist does not work at the unit."),
    Guard.COVERED: _("Nobody covers for the therapist: name a stand-in, or let the unit have a coordinator."),
    Guard.ALONE: _("The patient already has a running treatment."),
    Guard.ALIVE: _("The patient is marked as deceased."),
    Guard.NO_OPEN_ALERT: _("An alert is open: close it first."),
    Guard.ALL_ANSWERED: _("A message from the patient waits for an answer."),
    Guard.NO_WORK_WAITS: _("Handed-in work waits for feedback."),
    Guard.NO_TRANSFER: _("A transfer waits for an answer."),
    Guard.TRANSFER_WAITS: _("No transfer waits for an answer."),
    Guard.REOPENED_IN_TIME: _("Too long ago: begin a new treatment instead."),
    Guard.BEGUN: _("The treatment was never begun: prepare a new one instead."),
}


def locked_course(treatment: Treatment) -> Treatment:
    """The row under its lock, with what the verbs of a course need; call it first in the transaction."""
    rows = Treatment.objects.select_for_update(of=("self",))
    return rows.select_related("patient", "therapist", "unit", "version", "series").get(pk=treatment.pk)


def parts_of(treatment: Treatment, by: Actor, at: datetime) -> frozenset[Who]:
    """In which parts an actor may act on a course; empty for whoever has none."""
    if by.id is None:
        return frozenset({Who.CLOCK}) if by.role == SYSTEM.role else frozenset()
    if by.id == treatment.patient_id:
        return frozenset({Who.PATIENT})
    found = set()
    duty = CareRelation.objects.on_duty(at).filter(treatment=treatment, staff=by.id)
    if duty.filter(kind__in=CARING).exists():
        found.add(Who.THERAPIST)
    giver = Person.objects.filter(pk=by.id, is_active=True).first()
    if giver and giver.roles.running(at).that_may(Act.GIVE_RELATIONS).filter(unit=treatment.unit_id).exists():
        found.add(Who.COORDINATOR)
    return frozenset(found)


def situation_of(treatment: Treatment, at: datetime) -> Situation:
    """What the guards look at, as it stands now."""
    patient, therapist, unit = treatment.patient, treatment.therapist, treatment.unit
    last_day = at - timedelta(days=thresholds_of(unit).reopen_days)
    others = Treatment.objects.of_patient(patient.pk).running().exclude(pk=treatment.pk)
    open_alerts = treatment.alerts.filter(closed_at=None)
    unread = Message.objects.filter(treatment=treatment, from_patient=True, answered_at=None)
    waiting = ModuleProgress.objects.filter(treatment=treatment, feedback_at=None).exclude(submitted_at=None)
    return Situation(
        decided=TreatmentDecision.objects.filter(treatment=treatment, version=treatment.version_id).exists(),
        version_active=Activation.objects.starts(treatment.version, unit.pk),
        therapist_works=therapist.roles.running(at).filter(role=Role.THERAPIST, unit=unit).exists(),
        covered=is_covered(treatment, at),
        alone=treatment.is_beside or not others.exists(),
        alive=patient.deceased_on is None,
        no_open_alert=not open_alerts.exists(),
        all_answered=not unread.exists(),
        # Nobody gives feedback to the dead.
        no_work_waits=patient.deceased_on is not None or not waiting.exists(),
        no_transfer=not Transfer.objects.waiting().filter(treatment=treatment).exists(),
        reopened_in_time=_ended(treatment) > last_day,
        # Its end is fixed when it begins.
        begun=treatment.ends_on is not None,
    )


def is_covered(treatment: Treatment, at: datetime) -> bool:
    """The routine for her therapist's absence holds: a stand-in, the coordinator or the manager can be asked."""
    return next_in_line(treatment, after="therapist", asked=(treatment.therapist_id,), at=at) is not None


def _ended(treatment: Treatment) -> datetime:
    """When it was closed or, unclosed, ended; the start of it when it has not."""
    ends = treatment.events.filter(kind__in=[Event.DISCONTINUED, Event.CLOSED, Event.COMPLETED])
    found: datetime = ends.aggregate(last=Max("at"))["last"] or treatment.created_at
    return found


def refuse_obstacles(
    treatment: Treatment, event: Event, *, by: Actor, at: datetime, who: frozenset[Who] | None = None
) -> None:
    """Raise ValidationError with all that speaks against an event now, a code each.

    `who`: the part she acts in, where the caller has asked for it in another way than by her relation.
    """
    parts = parts_of(treatment, by, at) if who is None else who
    found = obstacles(State(treatment.state), event, situation_of(treatment, at), who=parts)
    if found:
        raise ValidationError([ValidationError(WHY_NOT[guard], code=guard.value) for guard in found])


def take_step(
    treatment: Treatment,
    event: Event,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    details: Mapping[str, Any] | None = None,
) -> TreatmentEvent:
    """Store the event and its state; in the verb's transaction, under its lock, after its guards.

    The verb saves whatever else it changed of the treatment.
    """
    found = TABLE[None if event is Event.PREPARED else State(treatment.state), event]
    if found.to is not None:
        treatment.state = found.to
        treatment.save(update_fields=["state"])
    stored = TreatmentEvent.objects.create(
        treatment=treatment,
        kind=event,
        at=at,
        actor_id=by.id,
        reason=reason.strip(),
        details=dict(details or {}),
        course_step=next_course_step(treatment),
    )
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="course",
        object_id=treatment.pk,
        patient=treatment.patient_id,
        reason=event.value,
    )
    if found.to is not None:
        push_on_commit(treatment_group(treatment.pk), "course")
    push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
    return stored


def next_course_step(treatment: Treatment) -> int:
    last: int | None = TreatmentEvent.objects.filter(treatment=treatment).aggregate(n=Max("course_step"))["n"]
    return (last or 0) + 1


def replayed(treatment: Treatment) -> Course | None:
    """The course as its stored events tell it."""
    rows = (
        TreatmentEvent.objects.filter(treatment=treatment).exclude(course_step=None).order_by("course_step")
    )
    return replay(Happened(Event(row.kind), row.details) for row in rows)


def need_reason(reason: str) -> str:
    """The trimmed reason; raises ValidationError with code "reason" when it says nothing."""
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write why, in a few words."), code="reason")
    return reason.strip()
