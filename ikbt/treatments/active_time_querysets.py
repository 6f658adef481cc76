"""Questions about active time: of which days, and of all patients at a unit."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from ikbt.common.scoping import ScopedQuerySet

if TYPE_CHECKING:
    from ikbt.treatments.models import ActiveTime


class ActiveTimeQuerySet(ScopedQuerySet["ActiveTime"]):
    """Questions to the rows of active time."""

    def of_staff(self, staff: UUID) -> ActiveTimeQuerySet:
        """One's own, with whichever patient."""
        return self.filter(staff=staff).saying_whose()

    def between(self, first: date, last: date) -> ActiveTimeQuerySet:
        """Of these days, both counted."""
        return self.filter(day__gte=first, day__lte=last)

    def at_units(self, units: Collection[UUID]) -> ActiveTimeQuerySet:
        """Of all patients at these units, whoever worked."""
        return self.filter(treatment__unit__in=units).saying_whose()
