"""Decides what an assessment of suicide risk must hold, keeps it as its alert is closed, and corrects it by adding."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.clock import local_date
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.models import Alert, RiskAssessment, Treatment
from ikbt.treatments.thresholds import Thresholds, thresholds_of

Contact, Level, Said = RiskAssessment.Contact, RiskAssessment.Level, RiskAssessment.Said
QUESTIONS = ("thoughts", "plan", "intent", "means", "earlier_attempts")
SHORT_NOTE, FULL_NOTE, LEAST = 5, 10, 3
LONGEST = 10_000
# Who could not be reached is called again before anybody else is asked to look for her.
LEAST_ATTEMPTS = 2


@dataclass(frozen=True, kw_only=True)
class Assessed:
    """What the signer says; empty where it was not asked. See RiskAssessment."""

    level_after: str = ""
    next_check_on: date | None = None
    contact: str = ""
    contact_at: datetime | None = None
    attempts: int = 0
    thoughts: str = ""
    plan: str = ""
    intent: str = ""
    means: str = ""
    earlier_attempts: str = ""
    protective: str = ""
    action: str = ""
    safety_plan: str = ""


def needs_all(alert: Alert, level_after: str) -> bool:
    """Whether contact and every question are asked for: after a high alert, and wherever the risk is judged high."""
    return alert.level == Alert.Level.HIGH or level_after == Level.HIGH


def needs_check(alert: Alert, level_after: str) -> bool:
    """Whether a next day must be named; a check that finds little may be the last, the weekly question goes on."""
    return alert.kind != Alert.Kind.CHECK or level_after not in {Level.NONE, Level.LOW}


def faults_in(
    alert: Alert, assessed: Assessed, *, note: str, outcome: str, at: datetime
) -> list[ValidationError]:
    """All that is missing or contradicts itself, each with its field's name as code; empty when it may be signed."""
    found = [*_of_all(alert, assessed, note, outcome), *_of_next_check(alert, assessed, at)]
    if needs_all(alert, assessed.level_after):
        found += [*_of_contact(assessed, at), *_of_reached(assessed), *_of_high(assessed, note)]
    if assessed.contact == Contact.NOT_REACHED:
        found += _of_not_reached(assessed, outcome)
    return found


def _of_all(alert: Alert, assessed: Assessed, note: str, outcome: str) -> Iterator[ValidationError]:
    if assessed.level_after not in Level.values:
        yield ValidationError(_("Choose how high the risk is now."), code="level_after")
    if len(note.strip()) < SHORT_NOTE:
        yield ValidationError(_("Write in a few words what you assessed."), code="note")
    for name in ("protective", "action"):
        if len(getattr(assessed, name)) > LONGEST:
            yield ValidationError(_("The text is too long."), code=name)
    if assessed.level_after == Level.HIGH and outcome == Alert.Outcome.ASSESSED_SAFE:
        yield ValidationError(
            _("High risk and “no immediate risk” contradict each other."), code="level_after"
        )


def _of_next_check(alert: Alert, assessed: Assessed, at: datetime) -> Iterator[ValidationError]:
    day, numbers = assessed.next_check_on, thresholds_of(alert.treatment.unit)
    if day is None:
        if needs_check(alert, assessed.level_after):
            yield ValidationError(_("Say when the risk is checked again."), code="next_check_on")
        return
    today, last = local_date(at), last_check_day(assessed.level_after, numbers, at=at)
    if day < today:
        yield ValidationError(_("The day has passed."), code="next_check_on")
    if day > last:
        yield ValidationError(
            _("At this level the risk is checked again by %(day)s at the latest."),
            code="next_check_on",
            params={"day": last.isoformat()},
        )


def last_check_day(level_after: str, numbers: Thresholds, *, at: datetime) -> date:
    """The latest day for the next check at a level."""
    urgent = level_after in {Level.RAISED, Level.HIGH}
    days = numbers.risk_check_days if urgent else numbers.risk_check_longest_days
    return local_date(at) + timedelta(days=days)


def _of_contact(assessed: Assessed, at: datetime) -> Iterator[ValidationError]:
    if assessed.contact not in Contact.values:
        yield ValidationError(_("Say how you reached the patient, or that you did not."), code="contact")
    if assessed.contact_at is None:
        yield ValidationError(_("Say when."), code="contact_at")
    elif assessed.contact_at > at:
        yield ValidationError(_("The time lies ahead."), code="contact_at")


def _of_reached(assessed: Assessed) -> Iterator[ValidationError]:
    if assessed.contact == Contact.NOT_REACHED:
        return
    for name in QUESTIONS:
        if getattr(assessed, name) not in Said.values:
            yield ValidationError(_("Answer the question; “unclear” is an answer too."), code=name)
    if len(assessed.protective.strip()) < LEAST:
        yield ValidationError(_("Write what protects, or that you found nothing."), code="protective")


def _of_high(assessed: Assessed, note: str) -> Iterator[ValidationError]:
    if SHORT_NOTE <= len(note.strip()) < FULL_NOTE:
        yield ValidationError(_("Write what you assessed and what was agreed."), code="note")
    if len(assessed.action.strip()) < FULL_NOTE:
        yield ValidationError(_("Write what you have done."), code="action")
    if assessed.safety_plan not in RiskAssessment.SafetyPlan.values:
        yield ValidationError(_("Say what was done about the safety plan."), code="safety_plan")


def _of_not_reached(assessed: Assessed, outcome: str) -> Iterator[ValidationError]:
    """Nobody is found safe who was not reached."""
    if assessed.attempts < LEAST_ATTEMPTS:
        yield ValidationError(
            _("Try at least twice before you close it, and write how often."), code="attempts"
        )
    if assessed.level_after in {Level.NONE, Level.LOW} or outcome == Alert.Outcome.ASSESSED_SAFE:
        yield ValidationError(
            _("The risk can't be judged low while the patient has not been reached."), code="level_after"
        )


def keep_assessment(
    alert: Alert, assessed: Assessed, *, note: str, staff: Person, by: Actor, at: datetime
) -> RiskAssessment:
    """Store what was assessed with its alert; in the closing transaction, under its lock, when it has no faults."""
    stored = _store(alert, assessed, note=note, staff=staff, at=at)
    _log(Entry.Action.CREATE, stored, by)
    return stored


def correct_assessment(
    standing: RiskAssessment,
    assessed: Assessed,
    *,
    note: str,
    reason: str,
    staff: Person,
    by: Actor,
    at: datetime,
) -> RiskAssessment:
    """Put a corrected assessment beside one that stands; the old words stay. Says why.

    Raises ValidationError with its faults, code "reason" without one, and "changed" when somebody was first.
    """
    alert = standing.alert
    faults = faults_in(alert, assessed, note=note, outcome=alert.outcome, at=at)
    if len(reason.strip()) < SHORT_NOTE:
        faults.append(ValidationError(_("Write why you correct it."), code="reason"))
    if faults:
        raise ValidationError(faults)
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=alert.treatment_id)
        if RiskAssessment.objects.filter(corrects=standing, treatment=alert.treatment_id).exists():
            raise ValidationError(
                _("Somebody has corrected it meanwhile. Copy your text, reload the page and paste it."),
                code="changed",
            )
        # A day that has been told of and stays is not told of again.
        told = standing.check_raised_at if standing.next_check_on == assessed.next_check_on else None
        stored = _store(
            alert,
            assessed,
            note=note,
            staff=staff,
            at=at,
            corrects=standing,
            correction_reason=reason.strip(),
            check_raised_at=told,
        )
        _log(Entry.Action.CHANGE, stored, by)
        push_on_commit(desk_group(alert.treatment.unit_id), "work", treatment=str(alert.treatment_id))
    return stored


def _store(
    alert: Alert, assessed: Assessed, *, note: str, staff: Person, at: datetime, **more: Any
) -> RiskAssessment:
    said = {field.name: getattr(assessed, field.name) for field in fields(assessed)}
    texts = {"protective": assessed.protective.strip(), "action": assessed.action.strip()}
    return RiskAssessment.objects.create(
        **{**said, **texts},
        treatment_id=alert.treatment_id,
        alert=alert,
        note=note.strip(),
        assessed_by=staff,
        assessed_at=at,
        **more,
    )


def _log(action: Entry.Action, stored: RiskAssessment, by: Actor) -> None:
    record(
        action,
        by=by,
        kind="risk assessment",
        object_id=stored.pk,
        patient=stored.alert.treatment.patient_id,
        reason=f"{stored.code} {stored.level_after}",
    )
