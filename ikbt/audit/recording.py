"""Writes log rows; decides that what can't be logged is not shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from django.db import DatabaseError, connection
from django.http import HttpRequest

from ikbt.audit.canonical import escaped
from ikbt.audit.chaining import TABLE
from ikbt.audit.models import Entry
from ikbt.audit.shipping import ship_on_commit
from ikbt.common import clock
from ikbt.common.client_address import client_address
from ikbt.common.failing import Unavailable


class Unlogged(Unavailable):
    """The log row could not be written, so the data must not be shown."""


@dataclass(frozen=True)
class Actor:
    """Who acts: ids only. `role` is the role's key, "system" for the clock, "none" before sign-in."""

    id: UUID | None
    role: str
    unit: UUID | None = None
    address: str | None = None
    request_id: str = ""


SYSTEM = Actor(id=None, role="system")


def actor_of(request: HttpRequest, *, role: str, unit: UUID | None = None) -> Actor:
    """The signed-in person of a request, acting in a role at a unit."""
    return Actor(
        id=request.user.pk if request.user.is_authenticated else None,
        role=role,
        unit=unit,
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )


def record(
    action: Entry.Action,
    *,
    by: Actor,
    kind: str,
    object_id: object = "",
    patient: UUID | None = None,
    relation: str = "",
    reason: str = "",
    granted: bool = True,
) -> Entry:
    """Append one row; raises Unlogged when it can't be written."""
    row = _row(action, by=by, kind=kind, object_id=object_id, patient=patient, relation=relation)
    row.reason, row.granted = escaped(reason)[:200], granted
    try:
        row.save()
    except DatabaseError as failed:
        raise Unlogged("The access log could not be written.") from failed
    ship_on_commit([row])
    return row


def record_list(*, by: Actor, kind: str, patients: Iterable[UUID], relation: str) -> None:
    """One row for each patient that a list shows, in one statement; raises Unlogged."""
    record_each(Entry.Action.LIST, by=by, kind=kind, patients=patients, relation=relation)


def record_each(
    action: Entry.Action,
    *,
    by: Actor,
    kind: str,
    patients: Iterable[UUID],
    relation: str = "",
    reason: str = "",
) -> None:
    """One row for each patient, in one statement; raises Unlogged."""
    rows = [
        _row(action, by=by, kind=kind, object_id="", patient=patient, relation=relation)
        for patient in patients
    ]
    for row in rows:
        row.reason = escaped(reason)[:200]
    try:
        Entry.objects.bulk_create(rows)
    except DatabaseError as failed:
        raise Unlogged("The access log could not be written.") from failed
    ship_on_commit(rows)


def settle() -> None:
    """Let this transaction's rows take their places now, before what no rollback takes back; raises Unlogged."""
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    except DatabaseError as failed:
        raise Unlogged("The access log could not be written.") from failed


def is_about_the_log(failed: BaseException) -> bool:
    """Whether the database refused because of the log, at a commit too: PostgreSQL chains the rows only then."""
    told = getattr(failed.__cause__, "diag", None)
    said = (str(failed), getattr(told, "context", ""), getattr(told, "table_name", ""))
    return isinstance(failed, DatabaseError) and any(TABLE in (text or "") for text in said)


def _row(
    action: Entry.Action, *, by: Actor, kind: str, object_id: object, patient: UUID | None, relation: str
) -> Entry:
    return Entry(
        at=clock.now(),
        actor=by.id,
        role=escaped(by.role)[:40],
        unit=by.unit,
        patient=patient,
        action=action,
        object_kind=escaped(kind)[:60],
        object_id=escaped(str(object_id))[:64],
        relation=escaped(relation)[:40],
        address=_address(by.address),
        request_id=escaped(by.request_id)[:32],
    )


def _address(told: str | None) -> str | None:
    """One spelling for each address; None for what is none, as behind a socket file."""
    try:
        address = ip_address(told) if told else None
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address) if address else None
