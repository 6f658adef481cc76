"""A series of measurements of one person, and each occasion in it."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from measurements.models.instrument import InstrumentVersion
from measurements.querysets import OccasionQuerySet


class Series(PatientRow):
    """One person's measurements over one course of care; what the course is, only the course knows."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="series")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("measurement series")
        verbose_name_plural = _("measurement series")

    def __str__(self) -> str:
        return f"{self.id}"


class Occasion(PatientRow):
    """One instrument to be answered once, between two moments."""

    class Kind(models.TextChoices):
        SCREENING = "screening", _("screening")
        PRE = "pre", _("before treatment")
        WEEKLY = "weekly", _("weekly")
        MID = "mid", _("mid-treatment")
        POST = "post", _("after treatment")
        FOLLOW_UP = "follow_up", _("follow-up")
        MODULE = "module", _("with a module")
        TRIGGERED = "triggered", _("asked after an answer")
        EXTRA = "extra", _("extra")

    class Who(models.TextChoices):
        PATIENT = "patient", _("the patient")
        STAFF = "staff", _("staff")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="occasions")
    instrument = models.ForeignKey(InstrumentVersion, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    # Week of the course, 0 for screening and pre; month after the end for a follow-up; else counted from 1.
    number = models.PositiveIntegerField(default=0)
    opens_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    # NULL: not answered.
    answered_at = models.DateTimeField(null=True)
    # NULL: stands. Set: withdrawn before it was answered, and shown nowhere.
    cancelled_at = models.DateTimeField(null=True)
    # {link id: option code} as chosen so far, before hand-in.
    draft = models.JSONField(default=dict)
    # NULL: nothing chosen yet.
    draft_at = models.DateTimeField(null=True)
    # ISO dates on which she is reminded while it is open and unanswered.
    remind_on = models.JSONField(default=list)
    # Who is to answer: what a clinician rates is never put before the patient.
    who = models.CharField(max_length=10, choices=Who.choices, default=Who.PATIENT)
    # NULL: by plan. Else who asked for it.
    ordered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # A line to the patient from whoever asked. NULL: none.
    note = EncryptedTextField(null=True, default=None)

    objects: ClassVar = OccasionQuerySet.as_manager()

    class Meta:
        ordering = ["opens_at", "id"]
        verbose_name = _("occasion")
        verbose_name_plural = _("occasions")
        constraints = [
            models.UniqueConstraint(fields=["series", "instrument", "kind", "number"], name="one_occasion"),
        ]
        indexes = [models.Index(fields=["series", "answered_at"], name="occasion_series_answered")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"

    def is_open(self, at: datetime) -> bool:
        """May be answered at this moment; the same as querysets.OccasionQuerySet.open."""
        unanswered = self.answered_at is None and self.cancelled_at is None
        return unanswered and self.opens_at <= at < self.closes_at
