"""A signed-in session as its owner sees it: where, since when, last seen; ending the row ends the session."""

from __future__ import annotations

import uuid

from django.db import models

from ikbt.accounts.models.person import Person


class SessionRecord(models.Model):
    """One session of one person; removed when the session ends."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="sessions")
    # The key in Django's session table; changes when the session is rotated.
    session_key = models.CharField(max_length=40, unique=True)
    started_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    # As "Firefox, Windows": told by the browser, good for recognising and nothing else.
    device = models.CharField(max_length=80, blank=True)
    # How she signed in, as the log says it: "passkey", "password and code".
    way = models.CharField(max_length=40)

    class Meta:
        ordering = ["-last_seen_at"]

    def __str__(self) -> str:
        return f"{self.person_id} {self.device}"
