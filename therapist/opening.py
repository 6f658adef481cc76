"""From a written number to an opened patient: decides that each try is logged, also one that finds nobody."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.treatments.access import Desk
from ikbt.treatments.emergency import Why, find_for_emergency, open_in_emergency
from ikbt.treatments.models import Treatment


def open_what_is_meant(written: str, why: Why, *, desk: Desk, confirmed: bool, at: datetime) -> UUID:
    """The id of the treatment that is open now; one's own patients need no emergency and stay as they are.

    Raises ValidationError with a sentence; the try is in the log then.
    """
    treatment = find_for_emergency(written, staff=desk.staff, at=at)
    if treatment is None:
        _refused(desk, None, "nothing found")
        raise ValidationError(_("No treatment here matches that. Check the number."))
    if not Treatment.objects.cared_for_by(desk.staff.pk, at).filter(pk=treatment.pk).exists():
        try:
            open_in_emergency(treatment, staff=desk.staff, why=why, confirmed=confirmed, by=desk.actor, at=at)
        except ValidationError as refused:
            _refused(desk, treatment, str(refused.code))
            raise
    return treatment.pk


def _refused(desk: Desk, treatment: Treatment | None, what: str) -> None:
    record(
        Entry.Action.REFUSED,
        by=desk.actor,
        kind="emergency access",
        object_id=treatment.pk if treatment else "",
        patient=treatment.patient_id if treatment else None,
        reason=what,
        granted=False,
    )
