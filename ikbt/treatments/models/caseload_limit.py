"""How many patients a therapist is meant to carry at a unit."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person


class CaseloadLimit(models.Model):
    """Set by coordinator or manager, for planning; nothing is refused by it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="caseload_limits")
    unit = models.ForeignKey(CareUnit, on_delete=models.CASCADE, related_name="caseload_limits")
    patients = models.PositiveIntegerField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        verbose_name = _("caseload limit")
        verbose_name_plural = _("caseload limits")
        constraints = [models.UniqueConstraint(fields=["person", "unit"], name="one_caseload_limit")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.patients}"
