"""A request to be erased: that it was made, in which words, and what was erased at once."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField


class ErasureRequest(models.Model):
    """One request of one person; kept with the record it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    # What she wants erased, in her own words.
    words = EncryptedTextField(blank=True)
    # {"drafts": 2}: how many rows of what was erased at once.
    erased = models.JSONField(default=dict)

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"
