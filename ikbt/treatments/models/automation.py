"""What the clock does by rule, and who has switched it off."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import AutomaticActQuerySet


class AutomaticAct(PatientRow):
    """One thing done by one version of a rule; its unique business key makes a repeat impossible."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="automatic_acts")
    rule = models.CharField(max_length=40)
    rule_version = models.PositiveSmallIntegerField()
    # Also the key of the notice, where the rule sends one: that tells whether it went.
    key = models.CharField(max_length=120, unique=True)
    at = models.DateTimeField()

    objects: ClassVar = AutomaticActQuerySet.as_manager()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("automatic act")
        verbose_name_plural = _("automatic acts")
        indexes = [models.Index(fields=["treatment", "at"], name="automatic_act_treatment_at")]

    def __str__(self) -> str:
        return f"{self.rule} {self.at:%Y-%m-%d}"


class AutomationSwitch(models.Model):
    """A rule switched off or on again; never changed: of one place and rule the newest row holds."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # NULL: at all units.
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, related_name="+")
    # Empty: all rules that may be switched off.
    rule = models.CharField(max_length=40, blank=True)
    is_off = models.BooleanField()
    # NULL: by a command on the server.
    by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    # About the rule; it must name no patient.
    reason = models.TextField()

    class Meta:
        ordering = ["-at"]
        verbose_name = _("switch of automatic acts")
        verbose_name_plural = _("switches of automatic acts")

    def __str__(self) -> str:
        return f"{self.rule or 'all'} {'off' if self.is_off else 'on'} {self.at:%Y-%m-%d}"


class ClockRun(models.Model):
    """One row: when the clock's job last went through, for the watch over it (ikbt/treatments/watching_clock.py)."""

    id = models.PositiveSmallIntegerField(primary_key=True)
    at = models.DateTimeField()
    # Steps that failed then.
    failed = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("run of the clock")
        verbose_name_plural = _("runs of the clock")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
