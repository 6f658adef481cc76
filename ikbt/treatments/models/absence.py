"""An absence: a member of staff is not at a unit for a time, and who covers for her meanwhile."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.treatments.absence_querysets import AbsenceQuerySet


class Absence(models.Model):
    """From when until when, never why: holiday and illness are nobody's business here.

    Ended early it ends then; called off before it began it has no length.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="absences")
    starts_at = models.DateTimeField()
    # The moment after the last day.
    ends_at = models.DateTimeField()
    # NULL: nobody is named, so the coordinator covers.
    stand_in = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    registered_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    registered_at = models.DateTimeField()

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "id"]
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        indexes = [models.Index(fields=["unit", "ends_at"], name="absence_unit_ends")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gte=models.F("starts_at")), name="absence_ends_after_it_starts"
            )
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.starts_at:%Y-%m-%d}"
