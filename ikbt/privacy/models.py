"""A request to be erased, in which words and what was erased at once; and what the care unit answered."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from uuid import UUID

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common.fields import EncryptedTextField


class ErasureRequestQuerySet(models.QuerySet["ErasureRequest"]):
    """Questions about requests."""

    def at_units(self, units: Collection[UUID]) -> ErasureRequestQuerySet:
        """Of people who have or had a treatment at one of these units."""
        return self.filter(person__treatments__unit__in=units).distinct()

    def with_answers(self) -> ErasureRequestQuerySet:
        """Their answers, units and deciders come in one more query for all of them."""
        answers = ErasureAnswer.objects.select_related("unit", "decided_by")
        return self.prefetch_related(models.Prefetch("answers", answers))


class ErasureRequest(models.Model):
    """One request of one person; kept with the record it is about."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="erasure_requests")
    asked_at = models.DateTimeField()
    # What she wants erased, in her own words.
    words = EncryptedTextField(blank=True)
    # {"drafts": 2}: how many rows of what was erased at once.
    erased = models.JSONField(default=dict)

    objects = ErasureRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        verbose_name = _("erasure request")
        verbose_name_plural = _("erasure requests")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d}"


class ErasureAnswer(models.Model):
    """One care unit's answer to a request. A later one is added and both are shown; none is changed."""

    class Decision(models.TextChoices):
        KEPT = "kept", _("the record is kept")
        NOTED = "noted", _("the record is kept, with a note that the patient sees it otherwise")
        IVO = "ivo", _("the record is kept, and the patient is told how to apply to IVO")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(ErasureRequest, on_delete=models.PROTECT, related_name="answers")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(max_length=20, choices=Decision.choices)
    # Why, to the patient.
    words = EncryptedTextField()
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at"]
        verbose_name = _("answer to an erasure request")
        verbose_name_plural = _("answers to erasure requests")

    def __str__(self) -> str:
        return f"{self.decision} {self.decided_at:%Y-%m-%d}"
