"""A forecast that was learnt, the course to be expected, and a unit's signature under what the forecast is for."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person


class EarlyWarningModel(models.Model):
    """What was learnt from the service's ended treatments, once; never changed, only followed by a newer one.

    weights: ikbt.treatments.early_warning.regression.Weights. judgement: how it did on treatments held back
    (judging.Judgement). expected: {stratum: [[week, n, median, upper], ...]}. All are of
    groups; no row is one patient's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    instrument = models.CharField(max_length=40)
    week = models.PositiveIntegerField()
    # NULL where too few treatments had ended for a forecast; the expected course may still be there.
    weights = models.JSONField(null=True)
    judgement = models.JSONField(null=True)
    expected = models.JSONField(default=dict)
    learnt_from = models.PositiveIntegerField()
    held_back = models.PositiveIntegerField()
    # Ended treatments without a score at the end: of them nothing is known.
    without_end = models.PositiveIntegerField()
    first_start = models.DateField(null=True)
    last_start = models.DateField(null=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("early warning model")
        verbose_name_plural = _("early warning models")
        indexes = [models.Index(fields=["instrument", "made_at"], name="warning_instrument_made")]

    def __str__(self) -> str:
        return f"{self.instrument} {self.made_at:%Y-%m-%d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only: a unit has signed what stands here."""
        if not self._state.adding:
            raise TypeError("A forecast that was learnt is never changed: learn a new one.")
        super().save(*args, **kwargs)


class EarlyWarningPurpose(models.Model):
    """A unit's signature: this forecast, for this purpose; without a running one nothing is shown."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="early_warning_purposes")
    forecast = models.ForeignKey(EarlyWarningModel, on_delete=models.PROTECT, related_name="purposes")
    # Which wording of the intended purpose was signed (ikbt.treatments.early_warning.purpose).
    purpose = models.PositiveIntegerField()
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()
    # NULL: still holds.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-signed_at"]
        verbose_name = _("early warning purpose")
        verbose_name_plural = _("early warning purposes")
        constraints = [
            models.UniqueConstraint(
                fields=["unit"], condition=models.Q(withdrawn_at=None), name="one_early_warning_a_unit"
            )
        ]

    def __str__(self) -> str:
        return f"{self.unit_id} {self.signed_at:%Y-%m-%d}"
