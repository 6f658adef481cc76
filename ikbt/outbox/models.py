"""A notice to a person; its unique business key makes a repeat impossible."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common import clock


class Notice(models.Model):
    """What is to be said (a kind, no text), to whom, by when; the text is neutral and made when it is sent."""

    class Kind(models.TextChoices):
        NEW_MESSAGE = "new_message", "something new to read"
        SIGN_IN_CHANGED = "sign_in_changed", "something changed about how one signs in"
        TO_ANSWER = "to_answer", "something new to answer"
        REMINDER = "reminder", "something still waits for an answer"
        WELCOME_BACK = "welcome_back", "she has not been here for a while and is welcome back"
        PROGRAM_WAITS = "program_waits", "a treatment program waits for somebody who works with it"
        TO_ACT = "to_act", "something at the desk waits for a member of staff"
        EMERGENCY_OPENED = "emergency_opened", "somebody opened a patient's data in an emergency"

    class Dropped(models.TextChoices):
        OFF = "off", _("the rule is switched off")
        PAUSED = "paused", _("the treatment is paused")
        ENDED = "ended", _("the treatment has ended")
        DONE = "done", _("no longer needed")
        LATE = "late", _("too late")
        COVERED = "covered", _("covered by another message")
        NOBODY = "nobody", _("the patient wants none, or can't be reached")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        SMS = "sms", _("text message")

    # Sent also to those who want none, and by e-mail: who finds it strange must get to know; an alert waits for
    # nobody's wishes.
    ALWAYS = frozenset({Kind.SIGN_IN_CHANGED, Kind.EMERGENCY_OPENED, Kind.TO_ACT})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    key = models.CharField(max_length=120, unique=True)
    due_at = models.DateTimeField(default=clock.now, db_index=True)
    # NULL: not sent yet.
    sent_at = models.DateTimeField(null=True)
    # The way it left, or was handed over; empty: neither yet.
    channel = models.CharField(max_length=10, choices=Channel.choices, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # Of an automatic message the rule that asks for it, see ikbt/outbox/limits.py; empty: somebody's act made it.
    rule = models.CharField(max_length=40, blank=True)
    rule_version = models.PositiveSmallIntegerField(default=0)
    # What an automatic message is about, for whoever judges whether it is still wanted. NULL: somebody's act made it.
    subject = models.UUIDField(null=True)
    # After this an automatic message is too late. NULL: never too late.
    wanted_until = models.DateTimeField(null=True)
    # An automatic message is handed over once: set before, and cleared only when it certainly did not go.
    begun_at = models.DateTimeField(null=True)
    # NULL: it is sent, or waits. Set: it is never sent, for the reason in `dropped`.
    dropped_at = models.DateTimeField(null=True)
    dropped = models.CharField(max_length=20, choices=Dropped.choices, blank=True)
    # The message that told her of this too; NULL: none, or not covered.
    covered_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LatestAutomatic(models.Model):
    """Whose turn it was last at a person: no two automatic messages come close after each other."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="+", primary_key=True)
    notice = models.UUIDField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d}"
