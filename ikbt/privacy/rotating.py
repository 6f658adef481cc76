"""Seals old text with the newest key: one transaction a batch, nothing changed before all of it can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.fields import EncryptedTextField, Sealed, Unreadable, key_of, newest_key, seal, unseal
from ikbt.common.sealed_columns import label

BATCH = 500
Row = tuple[Any, Sealed]


@dataclass
class Column:
    """What was found in one column: rows under older keys, and those of them that nothing opens."""

    name: str
    older: int = 0
    unreadable: list[str] = field(default_factory=list)


class Refused(ValueError):
    """A row can't be read, so nothing was changed; says which."""


def look_through(columns: Sequence[EncryptedTextField], *, batch: int = BATCH) -> list[Column]:
    """Open every row that the newest key does not seal, changing nothing."""
    return [_looked_through(column, batch) for column in columns]


def rotate(columns: Sequence[EncryptedTextField], *, by: Actor, batch: int = BATCH) -> list[tuple[str, int]]:
    """Seal all rows with the newest key; gives each column's name and how many rows were sealed anew.

    1. Every row under an older key is opened; one that can't be raises Refused before anything is changed.
    2. Batch by batch, each in a transaction with its log row: opened, sealed, and put back only where the
       ciphertext is still the one that was read, so that what somebody saves meanwhile is never overwritten.
    3. Broken off, it goes on where it was: what is done has the newest key. Raises Unlogged.
    """
    unreadable = [one for column in look_through(columns, batch=batch) for one in column.unreadable]
    if unreadable:
        raise Refused("Nothing was changed. Can't be read: " + "; ".join(unreadable))
    return [
        (label(column), sum(_seal_anew(column, rows, by=by) for rows in _older(column, batch)))
        for column in columns
    ]


def _looked_through(column: EncryptedTextField, batch: int) -> Column:
    found = Column(label(column))
    for rows in _older(column, batch):
        found.older += len(rows)
        for key, sealed in rows:
            try:
                unseal(sealed, place=column.place_of(key))
            except Unreadable as why:
                found.unreadable.append(f"{found.name} of row {key} ({why})")
    return found


def _older(column: EncryptedTextField, batch: int) -> Iterator[list[Row]]:
    """Batches of (row's key, ciphertext) that the newest key does not seal, in the order of the rows' keys."""
    newest, stored = newest_key(), column.model._base_manager.order_by("pk")
    stored = stored.filter(**{f"{column.attname}__isnull": False})
    page = list(stored.values_list("pk", column.attname)[:batch])
    while page:
        older = [(key, sealed) for key, sealed in page if key_of(sealed) != newest]
        if older:
            yield older
        page = list(stored.filter(pk__gt=page[-1][0]).values_list("pk", column.attname)[:batch])


def _seal_anew(column: EncryptedTextField, rows: Sequence[Row], *, by: Actor) -> int:
    with transaction.atomic():
        done = sum(_put_back(column, key, sealed) for key, sealed in rows)
        if done:
            reason = f"{label(column)}: {done} rows, key {newest_key()}"
            record(Entry.Action.CHANGE, by=by, kind="key rotation", reason=reason)
    return done


def _put_back(column: EncryptedTextField, key: Any, sealed: Sealed) -> int:
    place = column.place_of(key)
    anew = seal(unseal(sealed, place=place), place=place)
    still = column.model._base_manager.filter(pk=key, **{column.attname: sealed})
    return still.update(**{column.attname: anew})
