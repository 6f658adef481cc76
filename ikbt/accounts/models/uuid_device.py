"""What all second factors of ours share: a UUID as key, told to the session the way django-otp reads it."""

from __future__ import annotations

import uuid

from django.db import models


class UuidDevice(models.Model):
    """Mixed in before django-otp's Device."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)

    class Meta:
        abstract = True

    @property
    def persistent_id(self) -> str:
        """What the session remembers: django-otp reads a whole number after the slash, and a UUID is one."""
        return f"{self._meta.label_lower}/{self.pk.int}"
