"""Questions to the outcome summaries: a unit's, and those of treatments that are over."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING
from uuid import UUID

from ikbt.common.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from ikbt.treatments.models import OutcomeSummary


class OutcomeSummaryQuerySet(ScopedQuerySet["OutcomeSummary"]):
    """Questions to the outcome summaries."""

    def of_units(self, units: Collection[UUID]) -> OutcomeSummaryQuerySet:
        """Of all treatments at these units: a service's figures count everybody, and show nobody."""
        return self.filter(treatment__unit__in=units).saying_whose()

    def of_the_service(self) -> OutcomeSummaryQuerySet:
        """Of all treatments there are: what a model learns from, and no screen shows."""
        return self.all().saying_whose()

    def over(self) -> OutcomeSummaryQuerySet:
        """Of treatments that have ended, whatever the reason; one that was never meant for her was none."""
        return self.exclude(treatment__ended_at=None).exclude(treatment__end_reason="wrong_patient")
