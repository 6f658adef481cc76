"""An alert: someone must act for this patient, by a certain time."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import AlertQuerySet
from measurements.models import Occasion


class Alert(PatientRow):
    """Raised in the transaction of what caused it; ends only when a human closes it with an outcome."""

    class Kind(models.TextChoices):
        RISK = "risk", _("risk")
        DETERIORATION = "deterioration", _("deterioration")
        MISSING = "missing", _("questionnaire unanswered")
        RECALL = "recall", _("module recalled")
        SLEEPINESS = "sleepiness", _("dangerous sleepiness")
        COURSE = "course", _("the course needs a decision")
        CHECK = "check", _("risk to be checked again")
        SILENT = "silent", _("the patient is silent")

    class Level(models.TextChoices):
        WATCH = "watch", _("watch")
        HIGH = "high", _("high")

    class Outcome(models.TextChoices):
        ASSESSED_SAFE = "assessed_safe", _("assessed: no immediate risk")
        SAFETY_PLAN = "safety_plan", _("assessed: safety plan made or reviewed")
        REFERRED = "referred", _("handed over to emergency or specialist care")
        REVIEWED = "reviewed", _("reviewed, followed in treatment")
        # Of one who has died there is nothing left to assess: this alone closes what stands open about her.
        DECEASED = "deceased", _("the patient has died")
        # She has answered what the alert said was missing; what it was raised for is so no more.
        ANSWERED = "answered", _("answered since")
        PASSED = "passed", _("no longer so")

    class Stage(models.TextChoices):
        THERAPIST = "therapist", _("therapist")
        STAND_IN = "stand_in", _("stand-in")
        COORDINATOR = "coordinator", _("coordinator")
        UNIT_MANAGER = "unit_manager", _("unit manager")

    # Given by no human at the desk.
    BY_ITSELF = frozenset({Outcome.ANSWERED, Outcome.PASSED})

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="alerts")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    level = models.CharField(max_length=10, choices=Level.choices)
    # NULL: raised by something else than answers.
    occasion = models.ForeignKey(Occasion, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # Who is asked to act: a high risk alert that nobody takes goes on, see ikbt/treatments/escalating.py.
    stage = models.CharField(max_length=20, choices=Stage.choices, default=Stage.THERAPIST)
    # Ids of everybody who has owned it, in order; empty where nothing escalates.
    asked = models.JSONField(default=list)
    # NULL: it stays with its owner.
    escalates_at = models.DateTimeField(null=True)
    # Of a silence the rule whose step is due, see ikbt/treatments/automatic_rules.py; empty for all others.
    rule = models.CharField(max_length=40, blank=True)
    # NULL: nobody has taken it.
    taken_at = models.DateTimeField(null=True)
    taken_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # When somebody is asked why a taken high one is not closed, see ikbt/treatments/asking_after.py. NULL: never.
    # Both hold while it is taken; whoever takes it next begins anew.
    ask_after_at = models.DateTimeField(null=True)
    # Ids of those who were asked so, in order.
    asked_after = models.JSONField(default=list)
    # NULL: still open.
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=30, choices=Outcome.choices, blank=True)
    note = EncryptedTextField(blank=True)
    # {"thoughts": ..., "plan": ..., "intent": ...} as option codes; the patient's answers to the follow-up questions.
    follow_up = models.JSONField(default=dict)

    objects: ClassVar = AlertQuerySet.as_manager()

    class Meta:
        ordering = ["raised_at"]
        verbose_name = _("alert")
        verbose_name_plural = _("alerts")
        constraints = [
            models.UniqueConstraint(fields=["occasion", "kind"], name="one_alert_an_occasion"),
        ]
        indexes = [
            models.Index(fields=["treatment", "closed_at"], name="alert_treatment_closed"),
            # Few stand open among all that ever were.
            models.Index(fields=["owner"], condition=models.Q(closed_at=None), name="alert_open_owner"),
            models.Index(
                fields=["escalates_at"],
                condition=models.Q(closed_at=None, taken_at=None),
                name="alert_escalates",
            ),
            models.Index(
                fields=["ask_after_at"],
                condition=models.Q(closed_at=None, taken_at__isnull=False),
                name="alert_asks_after",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.level}"

    @property
    def is_red(self) -> bool:
        """A high one about suicide: the only kind that is passed on."""
        return self.kind == self.Kind.RISK and self.level == self.Level.HIGH

    def is_left(self, at: datetime) -> bool:
        """Somebody has taken it and not closed it in time."""
        if self.taken_at is None or self.closed_at is not None:
            return False
        return bool(self.asked_after) or (self.ask_after_at is not None and self.ask_after_at <= at)

    @property
    def is_of_the_dead(self) -> bool:
        """Nobody can be reached or assessed any more."""
        return self.treatment.patient.deceased_on is not None

    @property
    def asks_assessment(self) -> bool:
        """It is about suicide: only an assessment of the risk closes it."""
        return self.kind in {self.Kind.RISK, self.Kind.CHECK}
