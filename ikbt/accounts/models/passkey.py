"""A passkey: a key pair whose private half never leaves the person's device; we keep the public half."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _
from django_otp_webauthn.models import AbstractWebAuthnCredential

from ikbt.accounts.models.uuid_device import UuidDevice


class Passkey(UuidDevice, AbstractWebAuthnCredential):  # type: ignore[django-manager-missing]
    """One passkey of one person; `name` is her own word for it."""

    # SHA-256 of the challenge that was answered last: of two requests with one answer, one wins.
    last_challenge = models.CharField(max_length=64, blank=True, editable=False)

    class Meta(AbstractWebAuthnCredential.Meta):
        abstract = False
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")

    @property
    def device_bound(self) -> bool:
        """The private key can't be copied to another device (WebAuthn's backup-eligible flag is off)."""
        return not self.backup_eligible
