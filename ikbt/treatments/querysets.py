"""Questions about treatments: whose are they, which are running, who may see them by care relation."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from ikbt.treatments.models import CareRelation, Treatment

RUNNING = ("ready", "active", "paused", "closing")


class RelationQuerySet(models.QuerySet["CareRelation"]):
    """Questions to the care relations."""

    def running(self, at: datetime) -> RelationQuerySet:
        """In force at a moment."""
        return self.filter(Q(ends_at=None) | Q(ends_at__gt=at), starts_at__lte=at)


class TreatmentQuerySet(models.QuerySet["Treatment"]):
    """Questions to the treatments."""

    def of_patient(self, person_id: UUID) -> TreatmentQuerySet:
        """A patient's own."""
        return self.filter(patient=person_id)

    def cared_for_by(self, staff_id: UUID, at: datetime) -> TreatmentQuerySet:
        """Those that a member of staff has a running care relation to; never her own as a patient."""
        relation = Q(relations__staff=staff_id, relations__starts_at__lte=at)
        going_on = Q(relations__ends_at=None) | Q(relations__ends_at__gt=at)
        return self.filter(relation & going_on).exclude(patient=staff_id).distinct()

    def running(self) -> TreatmentQuerySet:
        """Ready, active, paused or closing."""
        return self.filter(state__in=RUNNING)
