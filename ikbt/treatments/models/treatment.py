"""A treatment: one patient's course through one pinned program version; and who cares for her."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from math import ceil
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common import clock
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.absence import Absence
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

    class EndReason(models.TextChoices):
        COMPLETED = "completed", _("completed")
        BETTER = "better", _("better, needs no more")
        WORSE = "worse", _("worse, needs other help")
        TIME = "time", _("lack of time")
        TECHNICAL = "technical", _("technical difficulties")
        WRONG_PROGRAM = "wrong_program", _("the program did not fit")
        # Started for somebody who was not meant; see ikbt/treatments/revoking.py.
        WRONG_PATIENT = "wrong_patient", _("started for the wrong patient")
        OTHER_CARE = "other_care", _("other care instead")
        MOVED = "moved", _("moved")
        DECEASED = "deceased", _("deceased")
        UNKNOWN = "unknown", _("not known")

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
    end_reason = models.CharField(max_length=40, choices=EndReason.choices, blank=True)
    # She has another one beside it, by a decision that says why.
    is_beside = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    # Marks that ikbt.treatments.consenting keeps in step with the answers: the newest text about her data that she
    # has read (0: none), and whether research may use hers. Exports ask the second one.
    information_read = models.PositiveIntegerField(default=0)
    research_consent = models.BooleanField(default=False)
    # Her therapist has held, left out or moved a module: her path is not the program's (ikbt/treatments/replanning.py).
    is_replanned = models.BooleanField(default=False)
    # What the patient did last, for "silent for a week" and for the list.
    last_active_at = models.DateTimeField(null=True)

    objects: ClassVar = TreatmentQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        verbose_name = _("treatment")
        verbose_name_plural = _("treatments")
        indexes = [
            models.Index(fields=["unit", "state"], name="treatment_unit_state"),
            models.Index(fields=["therapist", "state"], name="treatment_therapist_state"),
            # What the clock looks for: starts, ends, and ended ones that go over to follow-up.
            models.Index(fields=["state", "starts_on"], name="treatment_state_starts"),
            models.Index(fields=["state", "ends_on"], name="treatment_state_ends"),
            models.Index(fields=["state", "ended_at"], name="treatment_state_ended"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["patient"],
                # Two treatments at once are an exclusion; the decision of one beside another says why.
                condition=models.Q(state__in=["ready", "active", "paused", "closing"], is_beside=False),
                name="one_running_treatment",
            ),
            models.UniqueConstraint(
                fields=["patient", "version"],
                condition=models.Q(state__in=["ready", "active", "paused", "closing"]),
                name="one_running_of_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"

    def weeks_planned(self, outline: Mapping[str, Any]) -> int:
        """From the first day to the planned last one: the program's, and what pauses and prolonging have added."""
        days = (self.ends_on - self.starts_on).days if self.ends_on else 0
        return max(int(outline["weeks"]), ceil(days / 7))

    @property
    def is_running(self) -> bool:
        """The patient may work and the therapist answers."""
        return self.state in {self.State.ACTIVE, self.State.CLOSING, self.State.PAUSED}

    @property
    def may_practise(self) -> bool:
        """The patient may write in exercises; after the end for some months still, though nobody reads them."""
        return self.is_running or self.state == self.State.MAINTENANCE


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
    # NULL: given by hand. Else it lasts exactly as its holder covers for somebody (ikbt/treatments/covering.py).
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, null=True, related_name="relations")

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
    """What happened in the course, with actor, time and reason; the timeline, and the state by replay."""

    class Kind(models.TextChoices):
        PREPARED = "prepared", _("treatment prepared")
        STARTED = "started", _("treatment started")
        PAUSED = "paused", _("treatment paused")
        RESUMED = "resumed", _("treatment resumed")
        PROLONGED = "prolonged", _("treatment prolonged")
        CLOSING_BEGUN = "closing_begun", _("closing begun")
        COMPLETED = "completed", _("treatment completed")
        FOLLOW_UP_BEGUN = "follow_up_begun", _("follow-up begun")
        DISCONTINUED = "discontinued", _("treatment discontinued")
        CLOSED = "closed", _("treatment closed")
        REOPENED = "reopened", _("treatment reopened")
        TRANSFER_OFFERED = "transfer_offered", _("transfer offered")
        TRANSFER_ACCEPTED = "transfer_accepted", _("transfer accepted")
        TRANSFER_DECLINED = "transfer_declined", _("transfer declined")
        TRANSFER_EXPIRED = "transfer_expired", _("transfer not answered in time")
        MODULE_OPENED = "module_opened", _("module opened")
        MODULE_SUBMITTED = "module_submitted", _("module handed in")
        FEEDBACK_GIVEN = "feedback_given", _("feedback given")
        ALERT_RAISED = "alert_raised", _("alert raised")
        ALERT_ESCALATED = "alert_escalated", _("alert passed on")
        ALERT_ASKED_AFTER = "alert_asked_after", _("taken alert not closed in time: somebody was asked")
        ALERT_CLOSED = "alert_closed", _("alert closed")
        THERAPIST_CHANGED = "therapist_changed", _("therapist changed")
        OFFER_ACCEPTED = "offer_accepted", _("offer accepted")
        OFFER_DECLINED = "offer_declined", _("offer declined")
        CHOSEN = "chosen", _("choice made")
        SUBTYPES_OPENED = "subtypes_opened", _("subtypes opened")
        VERSION_CHANGED = "version_changed", _("moved to a later version of the program")
        MODULE_RECALLED = "module_recalled", _("module recalled")
        MODULE_BACK = "module_back", _("module readable again")
        ENDED = "ended", _("treatment ended")
        SLEEP_WINDOW = "sleep_window", _("sleep window decided")
        MODULE_HELD = "module_held", _("module held")
        MODULE_RELEASED = "module_released", _("module no longer held")
        MODULE_SKIPPED = "module_skipped", _("module left out")
        MODULE_PUT_BACK = "module_put_back", _("module put back")
        MODULE_MOVED = "module_moved", _("module moved in the order")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    at = models.DateTimeField()
    # NULL: the system, by rule.
    actor = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    module_key = models.CharField(max_length=40, blank=True)
    # The how manieth event that moved the course; NULL: it moved nothing. Replay reads them in this order.
    course_step = models.PositiveIntegerField(null=True, default=None)
    # What a member of staff wrote; empty when the kind says it all.
    reason = EncryptedTextField(blank=True)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["at", "id"]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        indexes = [models.Index(fields=["treatment", "at"], name="event_treatment_at")]
        constraints = [
            models.UniqueConstraint(fields=["treatment", "course_step"], name="one_event_a_course_step")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"
