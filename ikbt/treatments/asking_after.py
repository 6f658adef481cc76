"""Asks after a high risk alert that was taken and not closed: its taker, its owner, then who is next, once each."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.accounts.opening import opening_hours_of
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.escalating import in_opening_time, let_in, next_step
from ikbt.treatments.models import Alert, Treatment, TreatmentEvent
from ikbt.treatments.next_in_line import may_open_desk, next_in_line
from ikbt.treatments.thresholds import thresholds_of


def start_asking_after(alert: Alert, *, at: datetime) -> None:
    """Give one that is being taken its time to be closed, a red one only; its taker saves it."""
    alert.asked_after, alert.ask_after_at = [], None
    if alert.is_red:
        unit = alert.treatment.unit
        wanted = timedelta(minutes=thresholds_of(unit).taken_minutes)
        alert.ask_after_at = in_opening_time(at, wanted, opening_hours_of(unit))


def ask_after(alert: Alert, *, at: datetime) -> int:
    """Ask as many as its clock has passed by `at`; how many were asked now.

    Who has taken it keeps it, and every list says so: somebody may be talking with the patient. One that was closed,
    or that nobody has any more, asks nobody. After downtime each step counts from when the one before it was due.
    """
    steps = 0
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=alert.treatment_id)
        rows = Alert.objects.select_for_update(of=("self",))
        locked = rows.select_related("treatment__unit", "owner", "taken_by").get(pk=alert.pk)
        while _is_due(locked, at):
            steps += _step(locked, at=at)
    return steps


def _is_due(alert: Alert, at: datetime) -> bool:
    is_held = alert.closed_at is None and alert.taken_at is not None
    return is_held and alert.ask_after_at is not None and alert.ask_after_at <= at


def _step(alert: Alert, *, at: datetime) -> int:
    due, found = alert.ask_after_at or at, _next(alert, at=at)
    if found is None:
        # Nobody is left to ask: it stays red in every list of the unit, and says who has it.
        alert.ask_after_at = None
        alert.save(update_fields=["ask_after_at"])
        return 0
    stage, person = found
    alert.asked_after = [*alert.asked_after, str(person.pk)]
    alert.ask_after_at = next_step(alert.treatment.unit, since=due)
    if person.pk not in {alert.taken_by_id, alert.owner_id}:
        alert.stage, alert.owner, alert.asked = stage, person, [*alert.asked, str(person.pk)]
    alert.save(update_fields=["stage", "owner", "asked", "ask_after_at", "asked_after"])
    _log(alert, person, at=at)
    _tell(alert, person, at=at)
    return 1


def _next(alert: Alert, *, at: datetime) -> tuple[Alert.Stage, Person] | None:
    """Whoever has it; whose it is, who believes that it is seen to; then those behind her who know nothing of it."""
    told, stage = {UUID(one) for one in alert.asked_after}, Alert.Stage(alert.stage)
    for person in (alert.taken_by, alert.owner):
        if person is not None and person.pk not in told:
            return stage, person
    asked = told | {UUID(one) for one in alert.asked}
    return next_in_line(alert.treatment, after=stage, asked=asked, at=at)


def _log(alert: Alert, person: Person, *, at: datetime) -> None:
    TreatmentEvent.objects.create(
        treatment=alert.treatment,
        kind=TreatmentEvent.Kind.ALERT_ASKED_AFTER,
        at=at,
        details={"alert": str(alert.pk), "taken_by": str(alert.taken_by_id), "asked": str(person.pk)},
    )
    record(
        Entry.Action.CHANGE,
        by=SYSTEM,
        kind="alert",
        object_id=alert.pk,
        patient=alert.treatment.patient_id,
        reason=f"taken by {alert.taken_by_id}, not closed: asked {person.pk}",
    )


def _tell(alert: Alert, person: Person, *, at: datetime) -> None:
    treatment = alert.treatment
    if may_open_desk(person, treatment, at):
        let_in(treatment, person, at=at)
    # Of this taking once: it may be taken, lost and taken again.
    key = f"alert:{alert.pk}:{person.pk}:after:{alert.taken_at:%Y%m%d%H%M}"
    notify(person, Notice.Kind.TO_ACT, key=key, at=at)
    push_on_commit(desk_group(treatment.unit_id), "alert", treatment=str(treatment.pk), alert=str(alert.pk))
