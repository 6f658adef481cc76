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

    def between(self, first: date, last: date) -> ActiveTimeQuerySet:
        """Of these days, both counted."""
        return self.filter(day__gte=first, day__lte=last)

    def at_units(self, units: Collection[UUID]) -> ActiveTimeQuerySet:
        """Of all patients at these units, whoever worked."""
        return self.filter(treatment__unit__in=units).saying_whose()
