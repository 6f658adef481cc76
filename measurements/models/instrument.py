"""An instrument as it stood when it was answered: frozen data."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models


class FrozenInstrument(TypeError):
    """Someone tried to change an instrument version."""


class InstrumentVersion(models.Model):
    """One version of an instrument's wording and rules; never changes once stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=40)
    version = models.CharField(max_length=20)
    definition = models.JSONField()
    content_hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "instrument version"
        verbose_name_plural = "instrument versions"
        constraints = [models.UniqueConstraint(fields=["slug", "version"], name="one_instrument_version")]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert only."""
        if not self._state.adding:
            raise FrozenInstrument(f"{self} is frozen: make a new version.")
        super().save(*args, **kwargs)
