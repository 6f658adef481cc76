"""How long a member of staff has worked on a patient's pages on a day."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.scoping import PatientRow
from ikbt.treatments.active_time_querysets import ActiveTimeQuerySet
from ikbt.treatments.models.treatment import Treatment


class ActiveTime(PatientRow):
    """Seconds that were counted, one row a therapist, patient and day; for her and her unit's median alone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="active_times")
    staff = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    day = models.DateField()
    seconds = models.PositiveIntegerField(default=0)
    # When the newest beat came: what comes next is never longer than the time since.
    counted_at = models.DateTimeField()

    objects: ClassVar = ActiveTimeQuerySet.as_manager()

    class Meta:
        ordering = ["day"]
        verbose_name = _("active time")
        verbose_name_plural = _("active time")
        indexes = [models.Index(fields=["staff", "day"], name="active_time_staff_day")]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "staff", "day"], name="one_active_time_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.seconds}"
