"""Alerts: raised with what caused them, taken by one human, closed with an outcome."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.asking_after import start_asking_after
from ikbt.treatments.assessing_risk import Assessed, faults_in, keep_assessment
from ikbt.treatments.escalating import act_by, start_clock, tell_owner
from ikbt.treatments.models import Alert, Treatment, TreatmentEvent
from ikbt.treatments.next_in_line import who_acts
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
    cause: str = "",
) -> Alert:
    """Raise an alert, or lift the one this occasion raised to a higher level; runs in the cause's transaction.

    One that is closed stays closed: what is worse than it was closed for raises a new one. `cause` names what no
    occasion tells: another cause while the alert stands is told of again, and whoever took it takes it anew.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An alert is raised in the transaction of what caused it.")
    alert = _standing(treatment, kind, occasion)
    if alert is not None:
        level = Alert.Level.HIGH if Alert.Level.HIGH in {alert.level, level} else level
        waits_anew = _wait_anew(alert, cause, level, at=at)
        if not waits_anew and _says_as_much(alert, level, follow_up):
            return alert
        if alert.closed_at is not None:
            alert, occasion = _standing(treatment, kind, None), None
    if alert is None:
        # Asked again: she may have been handed over since the caller read her treatment.
        owner = who_acts(treatment, at=at)
        alert = Alert(treatment=treatment, kind=kind, occasion=occasion, raised_at=at, owner=owner)
    escalates = _set_clock(alert, level, at=at)
    alert.follow_up = follow_up or alert.follow_up
    alert.save()
    if escalates:
        tell_owner(alert, at=at)
    _tell(alert, treatment, cause=cause, by=by, at=at)
    return alert


def _set_clock(alert: Alert, level: str, *, at: datetime) -> bool:
    """Level and time to act; True when somebody is to be told now and others after her."""
    if alert.level == level:
        return False
    is_high = level == Alert.Level.HIGH
    # A lifted one counts anew: its owner has been told of nothing so urgent before.
    alert.level, alert.due_at = level, act_by(alert.treatment.unit, is_high=is_high, at=at)
    if not is_high or alert.kind != Alert.Kind.RISK:
        return False
    # Whoever took it at watch does not know of this.
    alert.taken_at, alert.taken_by = None, None
    start_clock(alert, at=at)
    return True


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


def _wait_anew(alert: Alert, cause: str, level: str, *, at: datetime) -> bool:
    """True for a new cause: whoever took it does not know of that, so it waits again, with time of its own."""
    is_news = _is_news(alert, cause)
    if is_news and alert.taken_at is not None:
        alert.taken_at, alert.taken_by = None, None
        alert.due_at = act_by(alert.treatment.unit, is_high=level == Alert.Level.HIGH, at=at)
    return is_news


def _is_news(alert: Alert, cause: str) -> bool:
    """Whether this cause has not been told of with the alert."""
    if not cause:
        return False
    told = TreatmentEvent.objects.filter(treatment=alert.treatment_id, kind=TreatmentEvent.Kind.ALERT_RAISED)
    return not told.filter(details__alert=str(alert.pk), details__cause=cause).exists()


def _tell(alert: Alert, treatment: Treatment, *, cause: str, by: Actor, at: datetime) -> None:
    details = {"alert": str(alert.pk), "level": alert.level, "kind": alert.kind}
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=TreatmentEvent.Kind.ALERT_RAISED,
        at=at,
        details={**details, "cause": cause} if cause else details,
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
            locked.taken_at, locked.taken_by, locked.escalates_at = at, staff, None
            start_asking_after(locked, at=at)
            locked.save()
            _log(locked, by, "taken")
            push_on_commit(desk_group(locked.treatment.unit_id), "alert", treatment=str(locked.treatment_id))
    return locked


def close_alert(
    alert: Alert,
    *,
    outcome: str,
    note: str,
    staff: Person,
    by: Actor,
    at: datetime,
    assessed: Assessed | None = None,
) -> Alert:
    """Close with an outcome; one about suicide with an assessment of the risk, kept in the same transaction.

    Of a patient who has died no assessment is asked for: nobody writes down a contact that never was.

    Raises ValidationError when outcome, note or part of the assessment is missing, or when the patient has answered
    more since `alert` was read; closing a closed one changes nothing.
    """
    assessed = assessed or Assessed()
    faults = _faults(alert, assessed, outcome=outcome, note=note, at=at)
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        lock_treatment(alert.treatment)
        locked = Alert.objects.select_for_update().get(pk=alert.pk)
        if locked.closed_at is not None:
            return locked
        if _may_have_grown(locked) != _may_have_grown(alert):
            # Nothing is closed that whoever closes it has not read.
            raise ValidationError(
                _("This page is out of date. Copy your text, reload the page and paste it."), code="changed"
            )
        if locked.taken_at is None:
            locked.taken_at, locked.taken_by = at, staff
        locked.closed_at, locked.closed_by = at, staff
        locked.escalates_at = locked.ask_after_at = None
        locked.outcome, locked.note = outcome, note.strip()
        locked.save()
        if locked.asks_assessment and not locked.is_of_the_dead:
            keep_assessment(locked, assessed, note=note, staff=staff, by=by, at=at)
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


def _may_have_grown(alert: Alert) -> tuple[object, ...]:
    return alert.level, alert.follow_up, alert.is_of_the_dead


def _faults(
    alert: Alert, assessed: Assessed, *, outcome: str, note: str, at: datetime
) -> list[ValidationError]:
    found = []
    fits = (outcome == Alert.Outcome.DECEASED) == alert.is_of_the_dead
    if outcome not in Alert.Outcome.values or outcome in Alert.BY_ITSELF or not fits:
        found.append(ValidationError(_("Choose an outcome."), code="outcome"))
    if alert.asks_assessment and not alert.is_of_the_dead:
        return found + faults_in(alert, assessed, note=note, outcome=outcome, at=at)
    if alert.level == Alert.Level.HIGH and len(note.strip()) < 10:
        found.append(ValidationError(_("Write what you assessed and what was agreed."), code="note"))
    return found


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
        _settle(alert, Alert.Outcome.ANSWERED, actor=given_by.pk, by=by, at=at)


def settle_task(treatment: Treatment, rule: str, *, by: Actor, at: datetime) -> None:
    """What a rule asked for is done, or asked for no more; in the transaction of the act, under its lock."""
    rows = Alert.objects.select_for_update(of=("self",))
    for alert in rows.filter(treatment=treatment, kind=Alert.Kind.COURSE, rule=rule, closed_at=None):
        _settle(alert, Alert.Outcome.PASSED, actor=by.id, by=by, at=at)


def _settle(alert: Alert, outcome: Alert.Outcome, *, actor: UUID | None, by: Actor, at: datetime) -> None:
    alert.closed_at, alert.closed_by_id, alert.outcome = at, actor, outcome
    alert.save(update_fields=["closed_at", "closed_by", "outcome"])
    TreatmentEvent.objects.create(
        treatment_id=alert.treatment_id,
        kind=TreatmentEvent.Kind.ALERT_CLOSED,
        at=at,
        actor_id=actor,
        details={"alert": str(alert.pk), "outcome": str(outcome)},
    )
    _log(alert, by, f"closed: {outcome}")


def _log(alert: Alert, by: Actor, what: str) -> None:
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="alert",
        object_id=alert.pk,
        patient=alert.treatment.patient_id,
        reason=what,
    )
