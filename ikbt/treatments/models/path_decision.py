"""What has been decided about a patient's own path through her program."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedJSONField, EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment


class PathDecision(PatientRow):
    """One decision as it stands; what it was before stands among the events of the treatment."""

    class Kind(models.TextChoices):
        SUBTYPES = "subtypes", _("subtypes opened")
        CHOICE = "choice", _("chosen")
        OFFER = "offer", _("offer answered")
        HOLD = "hold", _("module held or released")
        SKIP = "skip", _("module left out or put back")
        ORDER = "order", _("order of the modules")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="path_decisions")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # A choice group's key; an offer's name: module/key; a module's; empty for the subtypes and the order.
    key = models.CharField(max_length=100, blank=True)
    # Keys of subtypes, options or modules in order; of the others one word, as ikbt/treatments/paths.py names them.
    answer = models.JSONField(default=list)
    # The rule that fired, with the numbers it saw, as sentences.
    fired = EncryptedJSONField(default=list)
    # What a member of staff wrote.
    reason = EncryptedTextField(blank=True)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["decided_at", "id"]
        verbose_name = _("path decision")
        verbose_name_plural = _("path decisions")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "kind", "key"], name="one_path_decision_a_key")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
