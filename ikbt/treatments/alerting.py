"""Alerts: raised with what caused them, taken by one human, closed with an outcome."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.models import Alert, Treatment, TreatmentEvent
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion


def raise_alert(
    treatment: Treatment,
    *,
    kind: str,
    level: str,
    occasion: Occasion | None,
    by: Actor,
    at: datetime,
    follow_up: dict[str, str] | None = None,
) -> Alert:
    """Raise an alert, or lift the one this occasion raised to a higher level; must run in the cause's transaction."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An alert is raised in the transaction of what caused it.")
    numbers = thresholds_of(treatment.unit)
    hours = numbers.high_alert_hours if level == Alert.Level.HIGH else numbers.watch_alert_hours
    alert = Alert.objects.select_for_update().filter(occasion=occasion, kind=kind).first() if occasion else None
    if alert is None:
        alert = Alert(treatment=treatment, kind=kind, occasion=occasion, raised_at=at, owner=treatment.therapist)
    elif alert.level == Alert.Level.HIGH:
        level, hours = Alert.Level.HIGH, numbers.high_alert_hours
    alert.level, alert.due_at = level, alert.raised_at + timedelta(hours=hours)
    alert.follow_up = follow_up or alert.follow_up
    alert.save()
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=TreatmentEvent.Kind.ALERT_RAISED,
        at=at,
        details={"alert": str(alert.pk), "level": level, "kind": kind},
    )
    record(
        Entry.Action.CREATE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=treatment.patient_id,
        reason=f"{kind} {level}",
    )
    push_on_commit(desk_group(treatment.unit_id), "alert", treatment=str(treatment.pk), alert=str(alert.pk))
    return alert


def take_alert(alert: Alert, *, staff: Person, by: Actor, at: datetime) -> Alert:
    """Take an alert on oneself; whoever comes late gets the alert back with the first one's name in `taken_by`."""
    with transaction.atomic():
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.taken_at is None and locked.closed_at is None:
            locked.taken_at, locked.taken_by = at, staff
            locked.save()
            _log(locked, by, "taken")
            push_on_commit(desk_group(locked.treatment.unit_id), "alert", treatment=str(locked.treatment_id))
    return locked


def close_alert(alert: Alert, *, outcome: str, note: str, staff: Person, by: Actor, at: datetime) -> Alert:
    """Close with an outcome; a high one needs a note of at least 10 characters.

    Raises ValidationError when outcome or note is missing; closing a closed one changes nothing.
    """
    if outcome not in Alert.Outcome.values:
        raise ValidationError(_("Choose an outcome."), code="outcome")
    if alert.level == Alert.Level.HIGH and len(note.strip()) < 10:
        raise ValidationError(_("Write what you assessed and what was agreed."), code="note")
    with transaction.atomic():
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.closed_at is not None:
            return locked
        if locked.taken_at is None:
            locked.taken_at, locked.taken_by = at, staff
        locked.closed_at, locked.closed_by = at, staff
        locked.outcome, locked.note = outcome, note.strip()
        locked.save()
        TreatmentEvent.objects.create(
            treatment=locked.treatment,
            kind=TreatmentEvent.Kind.ALERT_CLOSED,
            at=at,
            actor=staff,
            details={"alert": str(locked.pk), "outcome": outcome},
        )
        _log(locked, by, f"closed: {outcome}")
        push_on_commit(desk_group(locked.treatment.unit_id), "alert", treatment=str(locked.treatment_id))
    return locked


def _log(alert: Alert, by: Actor, what: str) -> None:
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=alert.treatment.patient_id,
        reason=what,
    )
