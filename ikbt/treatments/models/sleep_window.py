"""A sleep window: the hours in bed that a therapist decided for a patient, and from when."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedJSONField, EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import SleepWindowQuerySet


class SleepWindow(PatientRow):
    """One decision, never changed: the next one takes its place, and all of them are the history.

    What the rule proposes is worked out when it is asked for and stored only as part of a decision.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="sleep_windows")
    # NULL: from here on no window holds.
    minutes = models.PositiveIntegerField(null=True)
    rise_time = models.TimeField(null=True)
    # The first evening it holds.
    starts_on = models.DateField()
    # What the rule proposed then, with the figures it was worked out from.
    proposal = EncryptedJSONField(default=dict)
    # The patient reads it with the window.
    reason = EncryptedTextField()
    # What was gone through that may speak against restriction: codes of ikbt.treatments.sleep_safety.
    asked = EncryptedJSONField(default=list)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects: ClassVar = SleepWindowQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_at"]
        verbose_name = _("sleep window")
        verbose_name_plural = _("sleep windows")
        indexes = [models.Index(fields=["treatment", "-decided_at"], name="sleep_window_decided")]

    def __str__(self) -> str:
        return f"{self.starts_on}"

    @property
    def bed_at(self) -> str:
        """When she goes to bed, HH:MM; empty without a window."""
        if self.minutes is None or self.rise_time is None:
            return ""
        rise = datetime.combine(date(2000, 1, 2), self.rise_time)
        return f"{rise - timedelta(minutes=self.minutes):%H:%M}"

    @property
    def rise_at(self) -> str:
        return f"{self.rise_time:%H:%M}" if self.rise_time is not None else ""
