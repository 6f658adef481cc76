"""Questions about absences: who is away now, who will be."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import F, QuerySet

if TYPE_CHECKING:
    from ikbt.treatments.models import Absence


class AbsenceQuerySet(QuerySet["Absence"]):
    """Questions to the absences."""

    def running(self, at: datetime) -> AbsenceQuerySet:
        """Away at a moment."""
        return self.filter(starts_at__lte=at, ends_at__gt=at)

    def unfinished(self, at: datetime) -> AbsenceQuerySet:
        """Away now or later; those that were called off have no length."""
        return self.filter(ends_at__gt=at, starts_at__lt=F("ends_at"))

    def at_units(self, units: Collection[UUID]) -> AbsenceQuerySet:
        """Of everybody at these units."""
        return self.filter(unit__in=units)

    def overlapping(self, since: datetime, until: datetime) -> AbsenceQuerySet:
        """Those that share a moment with a span."""
        return self.filter(starts_at__lt=until, ends_at__gt=since).exclude(starts_at=F("ends_at"))
