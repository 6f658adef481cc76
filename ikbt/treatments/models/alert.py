"""An alert: someone must act for this patient, by a certain time."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import AlertQuerySet
from measurements.models import Occasion


class Alert(PatientRow):
    """Raised in the transaction of what caused it; ends only when a human closes it with an outcome."""

    class Kind(models.TextChoices):
        RISK = "risk", _("risk")
        DETERIORATION = "deterioration", _("deterioration")
        MISSING = "missing", _("questionnaire unanswered")

    class Level(models.TextChoices):
        WATCH = "watch", _("watch")
        HIGH = "high", _("high")

    class Outcome(models.TextChoices):
        ASSESSED_SAFE = "assessed_safe", _("assessed: no immediate risk")
        SAFETY_PLAN = "safety_plan", _("assessed: safety plan made or reviewed")
        REFERRED = "referred", _("handed over to emergency or specialist care")
        REVIEWED = "reviewed", _("reviewed, followed in treatment")
        # Given by no human at the desk: she has answered what the alert said was missing.
        ANSWERED = "answered", _("answered since")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    # NULL: raised by something else than answers.
    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # NULL: nobody has taken it.
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # NULL: still open.
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True)
    note = EncryptedTextField(blank=True)
    # {"thoughts": ..., "plan": ..., "intent": ...} as option codes; the patient's answers to the follow-up questions.
    follow_up = models.JSONField(default=dict)

    objects: ClassVar = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "kind"], name="one_alert_an_occasion"),
        ]
        indexes = [models.Index(fields=["treatment", "closed_at"], name="alert_treatment_closed")]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"
