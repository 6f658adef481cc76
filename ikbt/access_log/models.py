"""A review of the log and its cases: that checks are made, and what they led to, is itself kept."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField


class Review(models.Model):
    """One check of a period: a random sample of reads and what the patterns picked out."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    since = models.DateTimeField()
    # Not included.
    until = models.DateTimeField()
    begun_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField()
    # How many rows of the period were looked through.
    rows = models.PositiveIntegerField()

    class Meta:
        ordering = ["-begun_at"]

    def __str__(self) -> str:
        return f"{clock.local_date(self.since)} – {self.last_day}"

    @property
    def last_day(self) -> date:
        """The last Swedish day of the period."""
        return clock.local_date(self.until - timedelta(seconds=1))


class Case(models.Model):
    """One person's reads of one patient, to be decided about; names log rows by id, since the log is cut."""

    class Decision(models.TextChoices):
        FINE = "fine", _("In order")
        ASK = "ask", _("Ask the person")
        INCIDENT = "incident", _("Report as an incident")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="cases")
    position = models.PositiveIntegerField()
    entry = models.BigIntegerField()
    # Copied from the row, so that a case can be read when the row has been pruned.
    at = models.DateTimeField()
    actor = models.UUIDField()
    patient = models.UUIDField()
    # How many rows of the period are of this person and this patient.
    rows = models.PositiveIntegerField()
    # Values of ikbt.access_log.patterns.Pattern; empty for a case of the random sample.
    patterns = models.JSONField(default=list)
    # Empty: not decided yet.
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)
    note = EncryptedTextField(default="")
    # NULL: not decided yet.
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["review", "position"], name="one_case_a_position")]

    def __str__(self) -> str:
        return f"{self.review} {self.position}"
