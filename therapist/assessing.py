"""Closes an alert after assessment; the draft of its note goes in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.assessing_risk import Assessed, correct_assessment
from ikbt.treatments.models import Alert, Draft, RiskAssessment, TreatmentEvent


def note_purpose(alert: Alert) -> str:
    """The draft under which a note on an alert is kept."""
    return f"alert:{alert.pk}"


def close_assessed(
    alert: Alert,
    *,
    outcome: str,
    note: str,
    staff: Person,
    by: Actor,
    at: datetime,
    assessed: Assessed | None = None,
) -> Alert:
    """Close as alerting.close_alert does, which says what is refused.

    When another note stands there already, hers stays as her draft.
    """
    with transaction.atomic():
        closed = close_alert(alert, outcome=outcome, note=note, staff=staff, by=by, at=at, assessed=assessed)
        if holds(closed, note, staff):
            drop_drafts(alert, staff)
    return closed


def correct_assessed(
    standing: RiskAssessment,
    assessed: Assessed,
    *,
    note: str,
    reason: str,
    staff: Person,
    by: Actor,
    at: datetime,
) -> RiskAssessment:
    """Correct as assessing_risk.correct_assessment does; what was begun goes with it."""
    with transaction.atomic():
        corrected = correct_assessment(
            standing, assessed, note=note, reason=reason, staff=staff, by=by, at=at
        )
        drop_drafts(standing.alert, staff)
    return corrected


def drop_drafts(alert: Alert, staff: Person) -> None:
    """The note that was begun, and the other parts of the form."""
    begun = Draft.objects.filter(treatment=alert.treatment_id, author=staff)
    begun.filter(purpose__startswith=note_purpose(alert)).delete()


def holds(closed: Alert, note: str, staff: Person) -> bool:
    """Whether this very note of hers stands with the alert, or she wrote none."""
    return not note.strip() or (closed.closed_by_id == staff.pk and closed.note == note.strip())


def state_of(alert: Alert) -> str:
    """What of an alert may grow while its page is open: level, follow-up answers, and how many nights it is about."""
    answers = " ".join(f"{key}={code}" for key, code in sorted(alert.follow_up.items()))
    if alert.kind != Alert.Kind.SLEEPINESS:
        return f"{alert.level} {answers}".strip()
    told = TreatmentEvent.objects.filter(
        treatment=alert.treatment_id, kind=TreatmentEvent.Kind.ALERT_RAISED, details__alert=str(alert.pk)
    )
    return f"{alert.level} {told.count()}"
