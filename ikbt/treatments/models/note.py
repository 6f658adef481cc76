"""What staff write about a patient for each other: working notes, the plan of the treatment, a safety plan."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import NoteQuerySet, PlanQuerySet


class Note(PatientRow):
    """Never on a patient's screen, and part of her record; never changed: a correction is a new row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="notes")
    body = EncryptedTextField()
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    # NULL: the first of its words.
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    client_key = models.UUIDField()

    objects: ClassVar = NoteQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        indexes = [models.Index(fields=["treatment", "-written_at"], name="note_treatment_written")]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "client_key"], name="one_note_a_client_key")
        ]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d %H:%M}"


class CarePlan(PatientRow):
    """A plan as it was written; the newest of its kind holds, the earlier ones are kept."""

    class Kind(models.TextChoices):
        TREATMENT = "treatment", _("treatment plan")
        SAFETY = "safety", _("safety plan")

    class Way(models.TextChoices):
        MESSAGE = "message", _("in writing")
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")
        VISIT = "visit", _("at visits")

    class Day(models.IntegerChoices):
        MONDAY = 0, _("Monday")
        TUESDAY = 1, _("Tuesday")
        WEDNESDAY = 2, _("Wednesday")
        THURSDAY = 3, _("Thursday")
        FRIDAY = 4, _("Friday")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="care_plans")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # The goals, or the safety plan itself.
    body = EncryptedTextField()
    # NULL: no day has been agreed on; a safety plan has none.
    contact_day = models.PositiveSmallIntegerField(choices=Day.choices, null=True)
    contact_way = models.CharField(max_length=20, choices=Way.choices, blank=True)
    # She reads it on her own page.
    is_shared = models.BooleanField(default=False)
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["-written_at", "-id"]
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        indexes = [models.Index(fields=["treatment", "kind", "-written_at"], name="care_plan_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.written_at:%Y-%m-%d}"
