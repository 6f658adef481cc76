"""What was answered, and the score that the rule of that day gave."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.scoping import PatientRow
from measurements.models.occasion import Occasion


class AnswerSet(PatientRow):
    """The answers of one occasion, as option codes; stored once."""

    class Mode(models.TextChoices):
        SELF = "self", _("by the patient")
        PHONE = "phone", _("by staff, on the phone")
        ROOM = "room", _("by staff, in the room")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    occasion = models.OneToOneField(Occasion, on_delete=models.PROTECT, related_name="answer_set")
    # {link id: option code}; a link id that is absent was not answered.
    answers = models.JSONField()
    language = models.CharField(max_length=5)
    # Who typed: the person herself, or staff on her behalf.
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices, default=Mode.SELF)
    answered_at = models.DateTimeField()
    # Made by the page: a retry of the same post is recognised by it.
    client_key = models.UUIDField(unique=True)

    class Meta:
        verbose_name = _("answer set")
        verbose_name_plural = _("answer sets")

    def __str__(self) -> str:
        return f"{self.occasion_id}"


class Score(PatientRow):
    """The score of an answer set, with the version of the rule that made it."""

    class Risk(models.TextChoices):
        NONE = "none", _("none")
        UNANSWERED = "unanswered", _("risk question unanswered")
        WATCH = "watch", _("watch")
        HIGH = "high", _("high")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer_set = models.OneToOneField(AnswerSet, on_delete=models.PROTECT, related_name="score")
    # Copied from the occasion so that graphs and lists read one table.
    occasion = models.OneToOneField(Occasion, on_delete=models.PROTECT, related_name="score")
    instrument_slug = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=20)
    status = models.CharField(max_length=20)
    # NULL: too much is missing for a total; never 0 in its place.
    total = models.DecimalField(max_digits=7, decimal_places=2, null=True)
    total_rounded = models.IntegerField(null=True)
    missing = models.PositiveIntegerField(default=0)
    severity = models.CharField(max_length=40, blank=True)
    risk = models.CharField(max_length=20, choices=Risk.choices, default=Risk.NONE)
    details = models.JSONField(default=dict)
    answered_at = models.DateTimeField()

    class Meta:
        ordering = ["answered_at"]
        verbose_name = _("score")
        verbose_name_plural = _("scores")

    def __str__(self) -> str:
        return f"{self.instrument_slug} {self.total_rounded}"
