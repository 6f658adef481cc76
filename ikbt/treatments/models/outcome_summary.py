"""What a treatment's measurements have come to, kept beside it so that a service's figures need not count anew."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from ikbt.common.scoping import PatientRow
from ikbt.treatments.models.treatment import Treatment
from ikbt.treatments.outcome_querysets import OutcomeSummaryQuerySet


class OutcomeSummary(PatientRow):
    """One row a treatment; made anew whenever its occasions, modules or path change (ikbt.treatments.summarising).

    measures: {instrument: [[kind, number, opens, due, closes, answered, total], ...]} in the order they open.
    Days are counted from the treatment's start; answered and total are null when there is none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    treatment = models.OneToOneField(Treatment, on_delete=models.CASCADE, related_name="outcome_summary")
    measures = models.JSONField(default=dict)
    # Modules of the patient's own path, and how many of them were handed in.
    modules_total = models.PositiveIntegerField(default=0)
    modules_done = models.PositiveIntegerField(default=0)
    # Day of each of those hand-ins, counted from the start, oldest first.
    hand_ins = models.JSONField(default=list)
    made_at = models.DateTimeField()

    objects: ClassVar = OutcomeSummaryQuerySet.as_manager()

    class Meta:
        verbose_name = _("outcome summary")
        verbose_name_plural = _("outcome summaries")

    def __str__(self) -> str:
        return f"{self.treatment_id}"
