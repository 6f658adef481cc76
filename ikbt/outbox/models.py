"""A notice to a person; its unique business key makes a repeat impossible."""

from __future__ import annotations

import uuid

from django.db import models

from ikbt.accounts.models import Person
from ikbt.common import clock


class Notice(models.Model):
    """What is to be said (a kind, no text), to whom, by when; the text is neutral and made when it is sent."""

    class Kind(models.TextChoices):
        NEW_MESSAGE = "new_message", "something new to read"
        SIGN_IN_CHANGED = "sign_in_changed", "something changed about how one signs in"
        TO_ANSWER = "to_answer", "something new to answer"
        REMINDER = "reminder", "something still waits for an answer"
        EMERGENCY_OPENED = "emergency_opened", "somebody opened a patient's data in an emergency"

    # Sent also to those who want no mail: who finds it strange must get to know.
    ALWAYS = frozenset({Kind.SIGN_IN_CHANGED, Kind.EMERGENCY_OPENED})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    # NULL: not sent yet.
    sent_at = models.DateTimeField(null=True)
    attempts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
