"""Takes back a start for the wrong patient: within a day, and while she has opened nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.treatments.models import (
    CareRelation,
    Message,
    ModuleProgress,
    Treatment,
    TreatmentEvent,
    WorksheetEntry,
)
from ikbt.treatments.relating import log_relation
from measurements.models import Occasion
from measurements.shifting import withdraw_waiting

WITHIN = timedelta(hours=24)


def refuse_revoking(treatment: Treatment, *, at: datetime) -> None:
    """Raises ValidationError, code "code", when it is too late; one that never began can always be taken back."""
    begun = TreatmentEvent.objects.filter(treatment=treatment, kind=TreatmentEvent.Kind.STARTED).first()
    if begun is None:
        return
    if at > begun.at + WITHIN or _has_been_used(treatment):
        raise ValidationError(
            _(
                "The patient has opened it, or more than a day has passed: what is there stays in the record. "
                "Choose another reason, say in the note what happened, and report it as an incident."
            ),
            code="code",
        )


def revoke(locked: Treatment, *, by: Actor, at: datetime) -> None:
    """Nothing more is asked of her, no follow-up either, and nobody has a care relation to her by it any more."""
    withdraw_waiting(locked.series, at=at)
    for relation in CareRelation.objects.unfinished(at).filter(treatment=locked):
        # One given for later gets no length.
        relation.starts_at, relation.ends_at = min(relation.starts_at, at), at
        relation.ended_by_id = by.id
        relation.save(update_fields=["starts_at", "ends_at", "ended_by"])
        log_relation(
            Entry.Action.CHANGE,
            relation,
            by=by,
            what=f"{relation.kind} of {relation.staff_id} ended: revoked",
        )
        end_sockets_on_commit(relation.staff_id)


def _has_been_used(treatment: Treatment) -> bool:
    answered = Q(answered_at__isnull=False) | Q(draft_at__isnull=False)
    return (
        treatment.information_read > 0
        or WorksheetEntry.objects.filter(treatment=treatment).exists()
        or Message.objects.filter(treatment=treatment, from_patient=True).exists()
        or Occasion.objects.filter(answered, series=treatment.series_id).exists()
        or ModuleProgress.objects.filter(treatment=treatment).exclude(last_step="", steps_done=[]).exists()
    )
