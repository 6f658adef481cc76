"""Recovery codes: a sheet of one-use codes for the day the phone is gone; kept as slow hashes alone."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp.models import Device, ThrottlingMixin, TimestampMixin

from ikbt.accounts.models.uuid_device import UuidDevice


class RecoverySheet(UuidDevice, TimestampMixin, ThrottlingMixin, Device):  # type: ignore[django-manager-missing]
    """The sheet that is in force; a person has one at most, and a new one replaces it."""

    class Meta:
        verbose_name = _("recovery codes")
        verbose_name_plural = _("recovery codes")
        constraints = [models.UniqueConstraint(fields=["user"], name="one_recovery_sheet")]

    def get_throttle_factor(self) -> float:
        """Seconds to wait after the first wrong code; doubles with each."""
        return 1

    @property
    def unused(self) -> int:
        """How many codes are left."""
        return self.codes.filter(used_at=None).count()


class RecoveryCode(models.Model):
    """One code. Its first digits say which of the sheet's is meant, so that one hash is tried, not ten."""

    sheet = models.ForeignKey(RecoverySheet, on_delete=models.CASCADE, related_name="codes")
    slot = models.CharField(max_length=2)
    # Django's hasher: argon2id with a salt of its own.
    secret_hash = models.CharField(max_length=128)
    # NULL: not used yet.
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "slot"], name="one_code_a_slot")]

    def __str__(self) -> str:
        return f"{self.sheet_id} {self.slot}"
