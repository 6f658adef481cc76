"""A treatment: one patient's course through one pinned program version; and who cares for her."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.querysets import RelationQuerySet, TreatmentQuerySet
from measurements.models import Series
from programs.models import ProgramVersion


class Treatment(PatientRow):
    """Pins patient, program version, unit, responsible therapist and start; publishing never changes the version."""

    class State(models.TextChoices):
        # Referral and assessment get their states before READY when intake is built.
        READY = "ready", _("ready to start")
        ACTIVE = "active", _("active")
        PAUSED = "paused", _("paused")
        CLOSING = "closing", _("closing")
        MAINTENANCE = "maintenance", _("maintenance")
        FOLLOW_UP = "follow_up", _("follow-up")
        DISCONTINUED = "discontinued", _("discontinued")
        CLOSED = "closed", _("closed")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="treatments")
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="treatments")
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="treatments")
    therapist = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    series = models.OneToOneField(Series, on_delete=models.PROTECT, related_name="treatment")
    state = models.CharField(max_length=20, choices=State.choices, default=State.READY)
    starts_on = models.DateField()
    # The planned last day; NULL only before the start.
    ends_on = models.DateField(null=True)
    # NULL: still running.
    ended_at = models.DateTimeField(null=True)
    end_reason = models.CharField(max_length=40, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # Marks that ikbt.treatments.consenting keeps in step with the answers: the newest text about her data that she
    # has read (0: none), and whether research may use hers. Exports ask the second one.
    information_read = models.PositiveIntegerField(default=0)
    research_consent = models.BooleanField(default=False)
    # What the patient did last, for "silent for a week" and for the list.
    last_active_at = models.DateTimeField(null=True)

    objects: ClassVar = TreatmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        indexes = [models.Index(fields=["unit", "state"], name="treatment_unit_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                # Two treatments at once are an exclusion; the override with a reason comes with the state machine.
                condition=models.Q(state__in=["ready", "active", "paused", "closing"]),
                name="one_running_treatment",
            )
        ]

    def __str__(self) -> str:
        return f"{self.id}"

    @property
    def is_running(self) -> bool:
        """The patient may work and the therapist answers."""
        return self.state in {self.State.ACTIVE, self.State.CLOSING, self.State.PAUSED}


class CareRelation(PatientRow):
    """Why a member of staff may open this patient's data: from when, until when, given by whom."""

    class Kind(models.TextChoices):
        RESPONSIBLE = "responsible", _("responsible therapist")
        STAND_IN = "stand_in", _("stand-in")
        COORDINATOR = "coordinator", _("coordinator on duty")
        EMERGENCY = "emergency", _("emergency access")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="relations")
    staff = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="care_relations")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    starts_at = models.DateTimeField()
    # NULL: goes on.
    ends_at = models.DateTimeField(null=True)
    # NULL: given by the system.
    given_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # NULL: given or ended without one, as at the start.
    reason = EncryptedTextField(null=True, default=None)
    # NULL: goes on, or ran out by itself.
    ended_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    end_reason = EncryptedTextField(null=True, default=None)

    objects: ClassVar = RelationQuerySet.as_manager()

    class Meta:
        verbose_name = _("care relation")
        verbose_name_plural = _("care relations")
        indexes = [models.Index(fields=["staff", "ends_at"], name="relation_staff_ends")]
        constraints = [
            models.UniqueConstraint(
                fields=["treatment"],
                condition=models.Q(kind="responsible", ends_at=None),
                name="one_responsible_therapist",
            )
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} {self.kind}"


class TreatmentEvent(PatientRow):
    """What happened in the course, with actor, time and reason; the timeline, and later the state by replay."""

    class Kind(models.TextChoices):
        STARTED = "started", _("treatment started")
        MODULE_OPENED = "module_opened", _("module opened")
        MODULE_SUBMITTED = "module_submitted", _("module handed in")
        FEEDBACK_GIVEN = "feedback_given", _("feedback given")
        ALERT_RAISED = "alert_raised", _("alert raised")
        ALERT_CLOSED = "alert_closed", _("alert closed")
        THERAPIST_CHANGED = "therapist_changed", _("therapist changed")
        ENDED = "ended", _("treatment ended")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    at = models.DateTimeField()
    # NULL: the system, by rule.
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    module_key = models.CharField(max_length=40, blank=True)
    # What a member of staff wrote; empty when the kind says it all.
    reason = EncryptedTextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["treatment", "at"], name="event_treatment_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
