"""What an incident touched: whose data, by whom, when and how; decides what its report tells (GDPR article 33).

For the notice to the supervisory authority, which is due within 72 hours, and for telling those who were affected.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.utils.translation import gettext as _

from ikbt.access_log.deeds import ANY_DEED, words_for
from ikbt.access_log.review_page import names_of
from ikbt.access_log.wording import names_for
from ikbt.audit.models import Entry
from ikbt.audit.querysets import EntryQuerySet

BATCH = 500


@dataclass(frozen=True)
class Affected:
    """One patient: how many rows are about her, and how many of them were refused, so that nothing was shown."""

    patient: UUID
    name: str
    rows: int
    refused: int
    first: datetime
    last: datetime

    @property
    def was_shown(self) -> bool:
        """Something of hers was read, written or listed; else somebody only tried."""
        return self.rows > self.refused


@dataclass(frozen=True)
class Event:
    """One row of the timeline, in words."""

    at: datetime
    who: str
    did: str
    patient: UUID | None
    kind: str
    object_id: str
    relation: str
    granted: bool
    address: str
    request_id: str


def rows_of(
    since: datetime, until: datetime, *, actor: UUID | None = None, address: str | None = None
) -> EntryQuerySet:
    """The log from `since` up to but not including `until`: of one user, from one address, or all of it."""
    rows = Entry.objects.between(since, until).order_by("at", "id")
    rows = rows if actor is None else rows.filter(actor=actor)
    return rows if address is None else rows.filter(address=address)


def affected(rows: EntryQuerySet) -> list[Affected]:
    """Each patient whose data the rows are about, those with most rows first; her visits to herself don't count."""
    counted = list(
        rows.exclude(patient=None)
        .by_others()
        .order_by()
        .values("patient")
        .annotate(
            number=Count("id"), refused=Count("id", filter=Q(granted=False)), first=Min("at"), last=Max("at")
        )
        .order_by("-number", "patient")
    )
    names = names_of({one["patient"] for one in counted if one["patient"]})
    gone = _("somebody who is no longer in the system")
    return [
        Affected(
            one["patient"],
            names.get(one["patient"], gone),
            one["number"],
            one["refused"],
            one["first"],
            one["last"],
        )
        for one in counted
        if one["patient"]
    ]


def timeline(rows: EntryQuerySet) -> Iterator[Event]:
    """All rows in the order they were written, in words; memory doesn't grow with their number."""
    left = rows.iterator(chunk_size=BATCH)
    while batch := list(islice(left, BATCH)):
        names = names_for(batch)
        for row in batch:
            did = _(words_for(row.action, row.object_kind) or ANY_DEED[row.action])
            yield Event(
                at=row.at,
                who=names.people.get(row.actor, str(row.actor)) if row.actor else names.who(row),
                did=did,
                patient=row.patient,
                kind=row.object_kind,
                object_id=row.object_id,
                relation=row.relation,
                granted=row.granted,
                address=row.address or "",
                request_id=row.request_id,
            )
