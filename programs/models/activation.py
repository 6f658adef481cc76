"""Which version a care unit starts new treatments on, and which versions nobody starts on any more."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from programs.models.version import Program, ProgramVersion
from programs.querysets import ActivationQuerySet


class Activation(models.Model):
    """A unit has decided to treat by a version, its own or another unit's; one version of a program at a time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="activations")
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="activations")
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="activations")
    # Whether a later version with the same first number takes over by itself.
    follows = models.BooleanField(default=False)
    activated_at = models.DateTimeField()
    # NULL: by the system, when a shipped program was set up or a version took over by itself.
    activated_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # NULL: new treatments start on it.
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ActivationQuerySet.as_manager()

    class Meta:
        ordering = ["-activated_at"]
        verbose_name = _("program at a unit")
        verbose_name_plural = _("programs at units")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "program"],
                condition=models.Q(ended_at=None),
                name="one_active_version_a_unit",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} at {self.unit_id}"


class Withdrawal(models.Model):
    """The owner has taken a version back: no new treatment starts on it, those that run go on."""

    version = models.OneToOneField(
        ProgramVersion, on_delete=models.PROTECT, primary_key=True, related_name="withdrawal"
    )
    reason = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("withdrawn version")
        verbose_name_plural = _("withdrawn versions")

    def __str__(self) -> str:
        return f"{self.version_id}"
