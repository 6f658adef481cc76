"""Questions about occasions: which are open, due, late, answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ikbt.common.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from measurements.models import Occasion


class OccasionQuerySet(ScopedQuerySet["Occasion"]):
    """Questions to the occasions."""

    def open(self, at: datetime) -> OccasionQuerySet:
        """May be answered now and is not."""
        return self.standing().filter(answered_at=None, opens_at__lte=at, closes_at__gt=at)

    def standing(self) -> OccasionQuerySet:
        """Not withdrawn."""
        return self.filter(cancelled_at=None)

    def for_the_clock(self) -> OccasionQuerySet:
        """Everybody's, also those withdrawn: the clock goes over all of them and shows none."""
        return self.all().saying_whose()

    def to_patient(self) -> OccasionQuerySet:
        """Those that she answers herself; what a clinician rates is left out."""
        return self.filter(who="patient")

    def late(self, at: datetime) -> OccasionQuerySet:
        """Should have been answered by now and may still be."""
        return self.open(at).filter(due_at__lt=at)

    def answered(self) -> OccasionQuerySet:
        """Answered, oldest first."""
        return self.exclude(answered_at=None).order_by("answered_at")
