"""What stands beside the ordinary care relation: a patient's block, and emergency access."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person
from ikbt.common.fields import EncryptedTextField
from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import CareRelation
from ikbt.treatments.querysets import BlockQuerySet, EmergencyQuerySet


class Block(PatientRow):
    """The patient has closed one unit's data about her to other units (spärr, patientdatalagen 4:4)."""

    class Lifted(models.TextChoices):
        CONSENT = "consent", _("the patient has agreed")
        EMERGENCY = "emergency", _("emergency: the patient could not be asked")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="blocks")
    # Whose data is closed.
    unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    # NULL: closed to all other units.
    against = models.ForeignKey(CareUnit, on_delete=models.PROTECT, null=True, related_name="+")
    starts_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    # NULL: in force. An emergency lifts it for one access only, which the access itself says.
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar = BlockQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        constraints = [
            models.UniqueConstraint(
                fields=["patient", "unit", "against"],
                condition=models.Q(lifted_at=None),
                name="one_running_block_a_unit",
            ),
            # To a database one NULL differs from another.
            models.UniqueConstraint(
                fields=["patient", "unit"],
                condition=models.Q(lifted_at=None, against=None),
                name="one_running_block_to_all",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id}"


class EmergencyAccess(PatientRow):
    """Why somebody without a care relation opened one patient's data; from when to when its relation says."""

    class Reason(models.TextChoices):
        DANGER = "danger", _("danger to life or serious harm")
        NEEDS_CARE_NOW = (
            "needs_care_now",
            _("the patient needs care now and their own therapist can't be reached"),
        )
        UNREAD_ALERT = "unread_alert", _("a high risk alert that nobody has taken")

    class Decision(models.TextChoices):
        JUSTIFIED = "justified", _("justified")
        NOT_JUSTIFIED = "not_justified", _("not justified")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # Of the kind "emergency"; it ends after an hour at most.
    relation = models.OneToOneField(CareRelation, on_delete=models.PROTECT, related_name="emergency")
    reason = models.CharField(max_length=30, choices=Reason.choices)
    why = EncryptedTextField()
    # At which unit the one who opened it works.
    from_unit = models.ForeignKey(CareUnit, on_delete=models.PROTECT, related_name="+")
    # NULL: no block stood in the way.
    block = models.ForeignKey(Block, on_delete=models.PROTECT, null=True, related_name="lifted_for")
    block_lifted = models.CharField(max_length=20, choices=Block.Lifted.choices, blank=True)
    # Empty: no unit manager has decided yet.
    decision = models.CharField(max_length=20, choices=Decision.choices, blank=True)
    # NULL: not decided yet.
    decision_note = EncryptedTextField(null=True, default=None)
    decided_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    objects: ClassVar = EmergencyQuerySet.as_manager()

    class Meta:
        verbose_name = _("emergency access")
        verbose_name_plural = _("emergency accesses")

    def __str__(self) -> str:
        return f"{self.id}"
