"""Tells the responsible therapist that the course needs her: one open task of a kind, however often it is raised."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.audit.recording import SYSTEM, Actor
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.alerting import lock_treatment, raise_alert
from ikbt.treatments.models import Alert, RiskAssessment, Treatment


def raise_task(treatment: Treatment, *, at: datetime, by: Actor = SYSTEM, cause: str = "") -> Alert:
    """A watch-level alert of its own kind: a pause is over, an end is near, a wish to stop; in its transaction.

    `cause` names what is told of anew though a task stands already, as in ikbt/treatments/alerting.py.
    """
    alert = raise_alert(
        treatment, kind=Alert.Kind.COURSE, level=Alert.Level.WATCH, occasion=None, by=by, at=at, cause=cause
    )
    notify(alert.owner, Notice.Kind.TO_ACT, key=f"course:{alert.pk}", at=at)
    return alert


def raise_check(assessment: RiskAssessment, *, at: datetime) -> bool:
    """The day has come on which a risk is to be checked again; True when it was told now, a repeat tells nothing."""
    with transaction.atomic():
        lock_treatment(assessment.treatment)
        standing = RiskAssessment.objects.standing().filter(treatment=assessment.treatment_id)
        latest = standing.filter(pk=assessment.pk, check_raised_at=None).first()
        if latest is None:
            return False
        latest.check_raised_at = at
        latest.save(update_fields=["check_raised_at"])
        alert = raise_alert(
            assessment.treatment,
            kind=Alert.Kind.CHECK,
            level=Alert.Level.WATCH,
            occasion=None,
            by=SYSTEM,
            at=at,
            cause=str(assessment.pk),
        )
        notify(alert.owner, Notice.Kind.TO_ACT, key=f"check:{assessment.pk}", at=at)
    return True
