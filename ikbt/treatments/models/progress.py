"""How far a patient has come in each module."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import ProgressQuerySet
from programs.models import FrozenModule


class ModuleProgress(PatientRow):
    """A module that has been opened for a patient; a module without a row is locked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="progress")
    module_key = models.CharField(max_length=40)
    position = models.PositiveIntegerField()
    # The module as she reads it: frozen when it was opened. NULL: as in the version that the treatment points to.
    module = models.ForeignKey(FrozenModule, on_delete=models.PROTECT, null=True, related_name="+")
    # Ids of FrozenModules that she read before she was moved, oldest first: her answers were given to those.
    earlier = models.JSONField(default=list)
    opened_at = models.DateTimeField()
    # NULL: opened by rule.
    opened_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # Why it was opened ahead of its rule; empty when the rule allowed it.
    reason = EncryptedTextField(blank=True)
    # NULL: the patient has not handed it in.
    submitted_at = models.DateTimeField(null=True)
    # NULL: no feedback has been given.
    feedback_at = models.DateTimeField(null=True)
    steps_done = models.JSONField(default=list)
    last_step = models.CharField(max_length=60, blank=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = ProgressQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        verbose_name = _("module progress")
        verbose_name_plural = _("module progress")
        constraints = [
            models.UniqueConstraint(fields=["treatment", "module_key"], name="one_progress_a_module")
        ]

    def __str__(self) -> str:
        return f"{self.module_key}"
