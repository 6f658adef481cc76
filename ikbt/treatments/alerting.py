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
    """Raise an alert, or lift the one this occasion raised to a higher level; runs in the cause's transaction.

    One that is closed stays closed: what is worse than it was closed for raises a new one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An alert is raised in the transaction of what caused it.")
    alert = _standing(treatment, kind, occasion)
    if alert is not None:
        level = Alert.Level.HIGH if Alert.Level.HIGH in {alert.level, level} else level
        if _says_as_much(alert, level, follow_up):
            return alert
        if alert.closed_at is not None:
            alert, occasion = _standing(treatment, kind, None), None
    # Asked again: she may have been handed over since the caller read her treatment.
    owner = Person.objects.get(pk=Treatment.objects.values_list("therapist").get(pk=treatment.pk)[0])
    alert = alert or Alert(treatment=treatment, kind=kind, occasion=occasion, raised_at=at, owner=owner)
    alert.level, alert.due_at = level, alert.raised_at + _time_to_act(treatment, level)
    alert.follow_up = follow_up or alert.follow_up
    alert.save()
    _tell(alert, treatment, by=by, at=at)
    return alert


def lock_treatment(treatment: Treatment) -> None:
    """Taken before occasion, alert and log: changes of a course lock in one order and never wait in a ring."""
    Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)


def _standing(treatment: Treatment, kind: str, occasion: Occasion | None) -> Alert | None:
    """The alert of an occasion, open or closed; without an occasion the open one that belongs to none."""
    found = Alert.objects.select_for_update().filter(treatment=treatment, kind=kind, occasion=occasion)
    return found.first() if occasion is not None else found.filter(closed_at=None).first()


def _says_as_much(alert: Alert, level: str, follow_up: dict[str, str] | None) -> bool:
    """Whether nothing has come that its owner, or whoever closed it, does not know of."""
    if alert.closed_at is not None and level != Alert.Level.HIGH:
        return True
    return alert.level == level and follow_up is None


def _time_to_act(treatment: Treatment, level: str) -> timedelta:
    numbers = thresholds_of(treatment.unit)
    is_high = level == Alert.Level.HIGH
    return timedelta(hours=numbers.high_alert_hours if is_high else numbers.watch_alert_hours)


def _tell(alert: Alert, treatment: Treatment, *, by: Actor, at: datetime) -> None:
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=TreatmentEvent.Kind.ALERT_RAISED,
        at=at,
        details={"alert": str(alert.pk), "level": alert.level, "kind": alert.kind},
    )
    record(
        Entry.Action.CREATE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=treatment.patient_id,
        reason=f"{alert.kind} {alert.level}",
    )
    push_on_commit(desk_group(treatment.unit_id), "alert", treatment=str(treatment.pk), alert=str(alert.pk))


def take_alert(alert: Alert, *, staff: Person, by: Actor, at: datetime) -> Alert:
    """Take an alert on oneself; whoever comes late gets the alert back with the first one's name in `taken_by`."""
    with transaction.atomic():
        lock_treatment(alert.treatment)
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.taken_at is None and locked.closed_at is None:
            locked.taken_at, locked.taken_by = at, staff
            locked.save()
            _log(locked, by, "taken")
            push_on_commit(desk_group(locked.treatment.unit_id), "alert", treatment=str(locked.treatment_id))
    return locked


def close_alert(alert: Alert, *, outcome: str, note: str, staff: Person, by: Actor, at: datetime) -> Alert:
    """Close with an outcome; a high one needs a note of at least 10 characters.

    Raises ValidationError when outcome or note is missing, or when the patient has answered more since `alert` was
    read; closing a closed one changes nothing.
    """
    if outcome not in Alert.Outcome.values or outcome == Alert.Outcome.ANSWERED:
        raise ValidationError(_("Choose an outcome."), code="outcome")
    if alert.level == Alert.Level.HIGH and len(note.strip()) < 10:
        raise ValidationError(_("Write what you assessed and what was agreed."), code="note")
    with transaction.atomic():
        lock_treatment(alert.treatment)
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.closed_at is not None:
            return locked
        if (locked.level, locked.follow_up) != (alert.level, alert.follow_up):
            # Nothing is closed that whoever closes it has not read.
            raise ValidationError(
                _("This page is out of date. Copy your text, reload the page and paste it."), code="changed"
            )
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


def settle_missing(
    treatment: Treatment, occasion: Occasion, *, given_by: Person, by: Actor, at: datetime
) -> None:
    """Answers to an instrument end what was raised because it had none; runs in their transaction, under its lock."""
    missing = Alert.objects.select_for_update(of=("self",)).filter(
        treatment=treatment,
        kind=Alert.Kind.MISSING,
        closed_at=None,
        occasion__instrument__slug=occasion.instrument.slug,
    )
    for alert in missing:
        alert.closed_at, alert.closed_by, alert.outcome = at, given_by, Alert.Outcome.ANSWERED
        alert.save(update_fields=["closed_at", "closed_by", "outcome"])
        TreatmentEvent.objects.create(
            treatment=treatment,
            kind=TreatmentEvent.Kind.ALERT_CLOSED,
            at=at,
            actor=given_by,
            details={"alert": str(alert.pk), "outcome": str(alert.outcome)},
        )
        _log(alert, by, f"closed: {alert.outcome}")


def _log(alert: Alert, by: Actor, what: str) -> None:
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=alert.treatment.patient_id,
        reason=what,
    )
