"""Makes blind indexes anew with the newest index key; decides which rows must wait for their owner to come back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Model

from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.fields import blind_index
from ikbt.privacy.rotating import BATCH


@dataclass(frozen=True)
class Index:
    """One column of blind indexes: of which sealed value it is made, and how that is written before hashing."""

    model: type[Model]
    column: str
    source: str
    written: Callable[[Any], str]

    @property
    def name(self) -> str:
        """As in accounts.Person.number_index."""
        return f"{self.model._meta.label}.{self.column}"


INDEXES = (
    Index(Person, "number_index", "personal_number", lambda person: person.personal_number),
    Index(
        ElectronicIdentity,
        "subject_index",
        "subject",
        lambda identity: identity.indexed(identity.issuer, identity.subject),
    ),
)


def waiting() -> int:
    """E-identities whose subject is not kept: their index is made anew when they are next used."""
    return ElectronicIdentity.objects.filter(subject__isnull=True).count()


def old_indexes(index: Index) -> int:
    """How many rows the newest index key did not make."""
    return sum(len(rows) for rows in _old(index, BATCH))


def make_indexes_anew(*, by: Actor, batch: int = BATCH) -> list[tuple[str, int]]:
    """Each index column's name and how many rows got a new index. Goes on where it was. Raises Unlogged."""
    return [
        (index.name, sum(_make_anew(index, rows, by=by) for rows in _old(index, batch))) for index in INDEXES
    ]


def _old(index: Index, batch: int) -> Iterator[list[Model]]:
    stored = index.model._base_manager.filter(**{f"{index.source}__isnull": False}).order_by("pk")
    page = list(stored[:batch])
    while page:
        old = [row for row in page if getattr(row, index.column) != blind_index(index.written(row))]
        if old:
            yield old
        page = list(stored.filter(pk__gt=page[-1].pk)[:batch])


def _make_anew(index: Index, rows: list[Model], *, by: Actor) -> int:
    with transaction.atomic():
        done = sum(_put(index, row) for row in rows)
        record(Entry.Action.CHANGE, by=by, kind="key rotation", reason=f"{index.name}: {done} rows")
    return done


def _put(index: Index, row: Model) -> int:
    # Only where nobody has changed it since it was read.
    still = index.model._base_manager.filter(pk=row.pk, **{index.column: getattr(row, index.column)})
    return still.update(**{index.column: blind_index(index.written(row))})
