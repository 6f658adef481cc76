"""Exercise work: entries as drafts while typing and as handed-in work, with earlier versions kept."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.common.fields import EncryptedJSONField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment


class WorksheetEntry(PatientRow):
    """One entry of an exercise, kept under the permanent key of its step."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        HANDED_IN = "handed_in", _("handed in")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="entries")
    module_key = models.CharField(max_length=40)
    step_key = models.CharField(max_length=60)
    exercise = models.CharField(max_length=60)
    # Hash of the definition that the values follow.
    definition_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=State.choices, default=State.DRAFT)
    values = EncryptedJSONField()
    # Counts saves: a page that saves from an older number is told, and both texts are kept.
    revision = models.PositiveIntegerField(default=0)
    # Made by the page: a double click or a retry finds the entry it made before.
    client_key = models.UUIDField()
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    # NULL: not handed in; the therapist sees handed-in work only.
    handed_in_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["created_at", "id"]
        verbose_name = _("worksheet entry")
        verbose_name_plural = _("worksheet entries")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "client_key"], name="one_entry_a_client_key")
        ]
        indexes = [models.Index(fields=["treatment", "step_key"], name="entry_treatment_step")]

    def __str__(self) -> str:
        return f"{self.exercise} {self.state}"


class EntryVersion(PatientRow):
    """What an entry held before a change or a conflict; handed-in work is part of the record."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    entry = models.ForeignKey(WorksheetEntry, on_delete=models.CASCADE, related_name="versions")
    values = EncryptedJSONField()
    revision = models.PositiveIntegerField()
    kept_at = models.DateTimeField()
    # "changed": replaced after hand-in; "conflict": came from a stale tab or another device.
    why = models.CharField(max_length=20)

    class Meta:
        ordering = ["-kept_at"]
        verbose_name = _("earlier version")
        verbose_name_plural = _("earlier versions")

    def __str__(self) -> str:
        return f"{self.why} {self.revision}"
