"""Who reads while a patient's therapist is away: told by name and last day, never why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ikbt.common.clock import local_date
from ikbt.treatments.access import Mine
from ikbt.treatments.models import Absence, CareRelation


@dataclass(frozen=True)
class TherapistAway:
    """Until when she is away, and who reads and answers meanwhile; nobody: the unit is to be called."""

    name: str
    last_day: date
    reader: str
    phone: str


def therapist_away(mine: Mine, *, at: datetime) -> TherapistAway | None:
    """None while she is there: one query, two while she is away."""
    treatment = mine.treatment
    if not treatment.is_running:
        return None
    absence = (
        Absence.objects.running(at).filter(person=treatment.therapist_id, unit=treatment.unit_id).first()
    )
    if absence is None:
        return None
    covering = CareRelation.objects.filter(treatment=treatment).on_duty(at)
    covering = covering.filter(kind__in=[CareRelation.Kind.STAND_IN, CareRelation.Kind.COORDINATOR])
    # The stand-in before a coordinator whom some alert has reached.
    reader = covering.select_related("staff").order_by("-kind", "starts_at").first()
    return TherapistAway(
        name=treatment.therapist.name,
        last_day=local_date(absence.ends_at - timedelta(microseconds=1)),
        reader=reader.staff.name if reader else "",
        phone=treatment.unit.phone,
    )
