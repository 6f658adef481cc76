"""What a reviewer asks of the log; and that nobody changes rows in bulk."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
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

    def between(self, since: datetime | None, until: datetime | None) -> EntryQuerySet:
        """From `since`, up to but not including `until`; None leaves that end open."""
        found = self if since is None else self.filter(at__gte=since)
        return found if until is None else found.filter(at__lt=until)

    def by_others(self) -> EntryQuerySet:
        """What others than the patient herself did with her data."""
        return self.exclude(actor=models.F("patient"))

    def bulk_create(self, objs: Iterable[Entry], *args: Any, **kwargs: Any) -> list[Entry]:
        """Insert rows with their digests; never with a rule for what to overwrite."""
        if args or kwargs:
            raise TypeError("Log entries are inserted, all or none.")
        rows = list(objs)
        for row in rows:
            row.digest = row.digest_now()
        return super().bulk_create(rows)

    def bulk_update(self, *args: Any, **kwargs: Any) -> int:
        """Never: the log is append only."""
        raise TypeError("Log entries can't be changed.")

    def update(self, **kwargs: Any) -> int:
        """Never: the log is append only."""
        raise TypeError("Log entries can't be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        """Never: the log is append only."""
        raise TypeError("Log entries can't be removed.")
