"""Looking at emergency access: decides that a manager of the patient's unit says whether it was justified."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.granting import manages
from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import EmergencyAccess

KIND = "emergency review"
SHORTEST_NOTE = 5


def decide_emergency(
    access: EmergencyAccess, decision: str, note: str, *, reviewer: Person, by: Actor, at: datetime
) -> EmergencyAccess:
    """Keep whether it was justified, and why; a later decision replaces it, the log keeps both.

    Raises ValidationError with a sentence and one of the codes "reviewer", "decision", "note".
    """
    treatment = access.relation.treatment
    if not manages(reviewer.pk, treatment.unit_id, at=at):
        raise ValidationError(_("Only a manager of the patient's unit decides that."), code="reviewer")
    if reviewer.pk in (access.relation.staff_id, treatment.patient_id):
        raise ValidationError(_("Nobody decides about what they did themselves."), code="reviewer")
    if decision not in EmergencyAccess.Decision.values:
        raise ValidationError(_("Choose a decision."), code="decision")
    if len(note.strip()) < SHORTEST_NOTE:
        raise ValidationError(_("Write why, in a few words."), code="note")
    with transaction.atomic():
        locked = EmergencyAccess.objects.select_for_update().get(pk=access.pk)
        locked.decision, locked.decision_note = decision, note.strip()
        locked.decided_by, locked.decided_at = reviewer, at
        locked.save(update_fields=["decision", "decision_note", "decided_by", "decided_at"])
        record(
            Entry.Action.CHANGE,
            by=by,
            kind=KIND,
            object_id=locked.pk,
            patient=treatment.patient_id,
            reason=decision,
        )
    return locked
