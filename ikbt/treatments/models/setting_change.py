"""A signed change of a unit's settings: what it was, what it became, who signed it, when and why."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person


class SettingChange(models.Model):
    """Never changed or removed; what holds now stands on CareUnit."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="setting_changes")
    # A threshold's name, or the field of CareUnit.
    name = models.CharField(max_length=40)
    # NULL: the default held, or holds again.
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    reason = models.CharField(max_length=300)
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-signed_at", "name"]
        verbose_name = _("signed setting")
        verbose_name_plural = _("signed settings")
        indexes = [models.Index(fields=["unit", "signed_at"], name="setting_unit_signed")]

    def __str__(self) -> str:
        return f"{self.name} {self.signed_at:%Y-%m-%d}"
