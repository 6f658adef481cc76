"""What a patient was told of her data and what she answered: rows are added and never changed."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment


class Consent(PatientRow):
    """One answer to one version of a text; the latest of a kind holds, and the treatment carries it as a mark."""

    class Kind(models.TextChoices):
        CARE = "care", _("information about your data")
        RESEARCH = "research", _("use in research")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="consents")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Which text: its number, and SHA-256 of its file.
    text_version = models.PositiveIntegerField()
    text_hash = models.CharField(max_length=64)
    # Of information: that she has read it. Of research: yes, or no and taken back.
    agrees = models.BooleanField()
    at = models.DateTimeField()
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at"]
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["treatment", "kind", "at"], name="consent_treatment_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.text_version}"
