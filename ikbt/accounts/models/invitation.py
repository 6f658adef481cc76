"""A one-time invitation: the only way to enrol a password and a second factor."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import models

from ikbt.accounts.models.person import Person


class Invitation(models.Model):
    """Handed over by the unit; the token is kept as a hash, is good once, and for a limited time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.CharField(max_length=64, unique=True)
    # NULL: made by the system when it was set up.
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    # NULL: not used yet.
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.person} {self.created_at:%Y-%m-%d}"

    def is_open(self, at: datetime) -> bool:
        """Unused and in time."""
        return self.used_at is None and self.created_at <= at < self.expires_at
