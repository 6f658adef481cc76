"""What a reviewer asks of the log; and that nobody changes rows in bulk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models

if TYPE_CHECKING:
    from ikbt.audit.models import Entry


class EntryQuerySet(models.QuerySet["Entry"]):
    """Questions to the access log."""

    def about(self, patient: UUID) -> EntryQuerySet:
        """All that was done with one patient's data."""
        return self.filter(patient=patient)

    def refused(self) -> EntryQuerySet:
        """Attempts that were turned away."""
        return self.filter(granted=False)

    def update(self, **kwargs: Any) -> int:
        """Never: the log is append only."""
        raise TypeError("Log entries can't be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Never: the log is append only."""
        raise TypeError("Log entries can't be removed.")
