"""What a course rests on and what interrupts it: the signed decision, pauses, transfers to another unit."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.querysets import PauseQuerySet, TransferQuerySet
from programs.models import ProgramVersion


class TreatmentDecision(PatientRow):
    """Why she is treated, by which program and at what level, signed; never changed. No treatment runs without."""

    class Level(models.TextChoices):
        GUIDED = "guided", _("guided by a therapist")
        MORE_SUPPORT = "more_support", _("guided, with more support")
        WITH_VISITS = "with_visits", _("guided, together with visits")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.OneToOneField(Treatment, on_delete=models.CASCADE, related_name="decision")
    version = models.ForeignKey(ProgramVersion, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=20, choices=Level.choices, default=Level.GUIDED)
    # Indication and reasons as the therapist writes them.
    reason = EncryptedTextField()
    # Risk and safety plan have been gone through with the patient.
    safety_plan_seen = models.BooleanField(default=False)
    # Why she has two treatments at once. NULL: she has one.
    beside_reason = EncryptedTextField(null=True, default=None)
    # NULL: the treatment began before decisions were kept here.
    signed_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("treatment decision")
        verbose_name_plural = _("treatment decisions")

    def __str__(self) -> str:
        return f"{self.level} {self.signed_at:%Y-%m-%d}"


class Pause(PatientRow):
    """Days on which a course rests. While it runs, `days` are those planned; after it, those it took."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="pauses")
    begins_on = models.DateField()
    # The day the course goes on.
    resumes_on = models.DateField()
    days = models.PositiveIntegerField()
    by_patient = models.BooleanField()
    # She is cared for on a ward: the weekly safety questions rest too.
    in_hospital = models.BooleanField(default=False)
    # NULL: the patient gave none.
    reason = EncryptedTextField(null=True, default=None)
    # Ids of occasions it has moved: {"all": [...], "left_open": [...]}.
    moved = models.JSONField(default=dict)
    # NULL: it runs.
    ended_at = models.DateTimeField(null=True)

    objects: ClassVar = PauseQuerySet.as_manager()

    class Meta:
        ordering = ["begins_on"]
        verbose_name = _("pause")
        verbose_name_plural = _("pauses")
        constraints = [
            models.UniqueConstraint(
                fields=["treatment"], condition=models.Q(ended_at=None), name="one_running_pause"
            )
        ]

    def __str__(self) -> str:
        return f"{self.begins_on} {self.days}"


class Transfer(PatientRow):
    """An offer to another unit to take a treatment over; the sender answers for her until it is accepted."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("accepted")
        DECLINED = "declined", _("declined")
        EXPIRED = "expired", _("not answered in time")
        WITHDRAWN = "withdrawn", _("withdrawn by the sender")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.ForeignKey(Treatment, on_delete=models.CASCADE, related_name="transfers")
    from_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    to_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="transfers_offered")
    offered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    offered_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    # What the receiving unit reads before it answers.
    summary = EncryptedTextField()
    # The sending unit's own part as it stood when she was taken over; it sees nothing newer. NULL: not accepted.
    kept = EncryptedTextField(null=True, default=None)
    # Empty: waits for an answer.
    answer = models.CharField(max_length=20, choices=Answer.choices, blank=True)
    # NULL: nobody has, or the clock did.
    answered_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    # NULL: waits.
    answered_at = models.DateTimeField(null=True)
    answer_reason = EncryptedTextField(null=True, default=None)

    objects: ClassVar = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-offered_at"]
        verbose_name = _("transfer")
        verbose_name_plural = _("transfers")
        constraints = [
            models.UniqueConstraint(
                fields=["treatment"], condition=models.Q(answer=""), name="one_waiting_transfer"
            )
        ]

    def __str__(self) -> str:
        return f"{self.offered_at:%Y-%m-%d} {self.answer}"
