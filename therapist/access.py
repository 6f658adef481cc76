"""The desk's own door: an alert of a patient one has a running care relation to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common.doors import PATIENT, Door
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.models import Alert


@dataclass(frozen=True)
class CaredAlert(Cared):
    """Staff at an alert of a patient in their care, open or closed."""

    alert: Alert


def _my_patients_alert(request: HttpRequest, treatment_id: UUID, alert_id: UUID) -> CaredAlert:
    cared = MY_PATIENTS_TREATMENT.opens(request, treatment_id=treatment_id)
    alert = (
        Alert.objects.filter(treatment=cared.treatment, pk=alert_id)
        .select_related("owner", "taken_by", "closed_by", "occasion__instrument", "occasion__score")
        .first()
    )
    if alert is None:
        raise Http404
    if request.method in {"GET", "HEAD"}:
        record(
            Entry.Action.READ,
            by=cared.actor,
            kind="alert",
            object_id=alert.pk,
            patient=cared.treatment.patient_id,
            relation=cared.relation.kind,
        )
    return CaredAlert(cared.treatment, cared.staff, cared.relation, cared.actor, alert=alert)


MY_PATIENTS_ALERT = Door(
    "my patient's alert",
    PATIENT,
    "staff with a care relation",
    _my_patients_alert,
    takes=("treatment_id", "alert_id"),
)
