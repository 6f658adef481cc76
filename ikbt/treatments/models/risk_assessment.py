"""A structured suicide-risk assessment: what was found when a risk alert was closed, by whom, and the next check."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.alert import Alert
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import RiskAssessmentQuerySet

# KVÅ (the Swedish classification of care measures): structured assessment of suicide risk.
KVA_CODE = "AU118"


class RiskAssessment(PatientRow):
    """Signed and never changed: a correction is a new row that names the one it corrects."""

    class Contact(models.TextChoices):
        PHONE = "phone", _("by phone")
        VIDEO = "video", _("by video")
        VISIT = "visit", _("at a visit")
        NOT_REACHED = "not_reached", _("not reached")

    class Said(models.TextChoices):
        YES = "yes", _("yes")
        NO = "no", _("no")
        UNCLEAR = "unclear", _("unclear")

    class Level(models.TextChoices):
        NONE = "none", _("no risk found")
        LOW = "low", _("low")
        RAISED = "raised", _("raised")
        HIGH = "high", _("high")

    class SafetyPlan(models.TextChoices):
        UPDATED = "updated", _("made or changed")
        REVIEWED = "reviewed", _("gone through, unchanged")
        LEFT = "left", _("not gone through")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="risk_assessments")
    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="assessments")
    code = models.CharField(max_length=10, default=KVA_CODE)
    # Empty: at watch, from what she has answered; nobody talked with her.
    contact = models.CharField(max_length=20, choices=Contact.choices, blank=True)
    # NULL: no contact was sought.
    contact_at = models.DateTimeField(null=True)
    # How often it was tried when she was not reached.
    attempts = models.PositiveSmallIntegerField(default=0)
    # Empty: not asked.
    thoughts = models.CharField(max_length=10, choices=Said.choices, blank=True)
    plan = models.CharField(max_length=10, choices=Said.choices, blank=True)
    intent = models.CharField(max_length=10, choices=Said.choices, blank=True)
    means = models.CharField(max_length=10, choices=Said.choices, blank=True)
    earlier_attempts = models.CharField(max_length=10, choices=Said.choices, blank=True)
    protective = EncryptedTextField(blank=True)
    # What was assessed, as it stands with the alert when it is closed.
    note = EncryptedTextField()
    action = EncryptedTextField(blank=True)
    level_after = models.CharField(max_length=10, choices=Level.choices)
    safety_plan = models.CharField(max_length=10, choices=SafetyPlan.choices, blank=True)
    # NULL: a check found no more risk; the weekly question goes on.
    next_check_on = models.DateField(null=True)
    # NULL: the day has not come, or she has none.
    check_raised_at = models.DateTimeField(null=True)
    assessed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    assessed_at = models.DateTimeField()
    # NULL: the first of its alert.
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    # Why it was corrected; empty for the first.
    correction_reason = EncryptedTextField(blank=True)

    objects: ClassVar = RiskAssessmentQuerySet.as_manager()

    class Meta:
        ordering = ["assessed_at", "id"]
        verbose_name = _("suicide-risk assessment")
        verbose_name_plural = _("suicide-risk assessments")
        indexes = [
            models.Index(fields=["treatment", "-assessed_at"], name="risk_assessed"),
            models.Index(
                fields=["next_check_on"],
                condition=models.Q(check_raised_at=None),
                name="risk_check_waits",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["alert"], condition=models.Q(corrects=None), name="one_first_assessment_an_alert"
            )
        ]

    def __str__(self) -> str:
        return f"{self.level_after} {self.assessed_at:%Y-%m-%d}"
