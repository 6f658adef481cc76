"""Closes an alert after assessment; the draft of its note goes in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.treatments.alerting import close_alert
from ikbt.treatments.models import Alert, Draft


def note_purpose(alert: Alert) -> str:
    """The draft under which a note on an alert is kept."""
    return f"alert:{alert.pk}"


def close_assessed(alert: Alert, *, outcome: str, note: str, staff: Person, by: Actor, at: datetime) -> Alert:
    """Close with outcome and note as alerting.close_alert does, which says what is refused."""
    with transaction.atomic():
        closed = close_alert(alert, outcome=outcome, note=note, staff=staff, by=by, at=at)
        Draft.objects.filter(treatment=alert.treatment_id, author=staff, purpose=note_purpose(alert)).delete()
    return closed
