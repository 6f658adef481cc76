"""The authenticator app as second factor: one code once, throttled, its seed encrypted."""

from __future__ import annotations

import uuid
from base64 import b32encode
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db import models, transaction
from django_otp.models import Device, ThrottlingMixin, TimestampMixin
from django_otp.oath import TOTP

from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField

STEP_SECONDS = 30
# One step before and after, for phones whose clock is off (RFC 6238 section 5.2).
TOLERANCE_STEPS = 1


def is_code(token: object) -> bool:
    """Six ASCII digits, as authenticator apps show them."""
    return isinstance(token, str) and len(token) == 6 and token.isascii() and token.isdecimal()


class AuthenticatorAppManager(models.Manager["AuthenticatorApp"]):
    """The one question that django-otp asks of its devices."""

    def devices_for_user(self, user: Any, confirmed: bool | None = None) -> models.QuerySet[AuthenticatorApp]:
        """A person's apps; with `confirmed` only those that are, or are not yet, proven."""
        found = self.filter(user=user)
        return found if confirmed is None else found.filter(confirmed=confirmed)


class AuthenticatorApp(TimestampMixin, ThrottlingMixin, Device):
    """A time-based one-time code (RFC 6238); django-otp's own TOTP device keeps its seed in plain text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    seed = EncryptedTextField(help_text="Hexadecimal.")
    # A code is good once: no step at or before this one is taken again.
    last_step = models.BigIntegerField(default=-1)

    objects: ClassVar[AuthenticatorAppManager] = AuthenticatorAppManager()

    class Meta(Device.Meta):
        verbose_name = "authenticator app"
        verbose_name_plural = "authenticator apps"

    @property
    def persistent_id(self) -> str:
        """What the session remembers: django-otp reads a whole number after the slash, and a UUID is one."""
        return f"{self.model_label()}/{self.pk.int}"

    def verify_token(self, token: Any) -> bool:
        """Check a code and use it up; of two requests with one code in parallel, one wins."""
        with transaction.atomic():
            locked = type(self).objects.select_for_update().get(pk=self.pk)
            verified = locked._take(token)
        self.refresh_from_db()
        return bool(verified)

    def _take(self, token: Any) -> bool:
        allowed, _ = self.verify_is_allowed()
        if not allowed:
            return False
        oath = TOTP(bytes.fromhex(self.seed), STEP_SECONDS)
        oath.time = clock.now().timestamp()
        verified = is_code(token) and oath.verify(int(token), TOLERANCE_STEPS, self.last_step + 1)
        if verified:
            self.last_step = oath.t()
            self.set_last_used_timestamp(commit=False)
            self.throttle_reset(commit=False)
            self.save()
        else:
            self.throttle_increment()
        return bool(verified)

    def get_throttle_factor(self) -> float:
        """Seconds to wait after the first wrong code; doubles with each."""
        return 1

    @property
    def secret(self) -> str:
        """The seed as authenticator apps want it typed."""
        return b32encode(bytes.fromhex(self.seed)).decode().rstrip("=")

    @property
    def address(self) -> str:
        """The otpauth URI behind the QR code."""
        label = quote(f"{settings.OTP_TOTP_ISSUER}:{self.user.email}")
        return (
            f"otpauth://totp/{label}?{urlencode({'secret': self.secret, 'issuer': settings.OTP_TOTP_ISSUER})}"
        )
