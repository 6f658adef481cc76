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
    """Close with outcome and note as alerting.close_alert does, which says what is refused.

    When another note stands there already, hers stays as her draft.
    """
    with transaction.atomic():
        closed = close_alert(alert, outcome=outcome, note=note, staff=staff, by=by, at=at)
        if holds(closed, note, staff):
            Draft.objects.filter(
                treatment=alert.treatment_id, author=staff, purpose=note_purpose(alert)
            ).delete()
    return closed


def holds(closed: Alert, note: str, staff: Person) -> bool:
    """Whether this very note of hers stands with the alert, or she wrote none."""
    return not note.strip() or (closed.closed_by_id == staff.pk and closed.note == note.strip())


def state_of(alert: Alert) -> str:
    """What of an alert may grow while its page is open: level and follow-up answers."""
    answers = " ".join(f"{key}={code}" for key, code in sorted(alert.follow_up.items()))
    return f"{alert.level} {answers}".strip()
