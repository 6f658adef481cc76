"""Rows of a period with the people in them; decides what the patterns get to see."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F

from ikbt.access_log.patterns import Read, Someone
from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry

OPENED = (Entry.Action.READ, Entry.Action.EXPORT)
LOOKED_AT = (*OPENED, Entry.Action.LIST)


def reads_between(since: datetime, until: datetime, *, at: datetime) -> list[Read]:
    """What staff read of patients in a period, the earliest first, without patients' visits to themselves.

    Reviews and administration of the log itself are reads too. Three queries whatever the size.
    """
    rows = list(
        Entry.objects.between(since, until)
        .filter(action__in=LOOKED_AT, granted=True)
        .exclude(actor=None)
        .exclude(patient=None)
        .exclude(actor=F("patient"), role=Role.PATIENT)
        .order_by("at", "id")
        .only("id", "at", "actor", "patient", "relation", "action", "role")
    )
    people = people_of({id for row in rows for id in (row.actor, row.patient) if id}, at=at)
    return [_read(row, people) for row in rows]


def people_of(ids: set[UUID], *, at: datetime) -> dict[UUID, Someone]:
    """Names, phone numbers and present places of work."""
    units: dict[UUID, set[UUID]] = {}
    running = RoleAssignment.objects.running(at).exclude(role=Role.PATIENT).exclude(unit=None)
    for person, unit in running.values_list("person_id", "unit_id"):
        if unit is not None:
            units.setdefault(person, set()).add(unit)
    found = Person.objects.filter(pk__in=ids).values_list("pk", "first_name", "last_name", "phone")
    return {
        id: Someone(id, first, last, phone, frozenset(units.get(id, ()))) for id, first, last, phone in found
    }


def _read(row: Entry, people: dict[UUID, Someone]) -> Read:
    actor, patient = row.actor, row.patient
    if actor is None or patient is None:
        raise ValueError("A read has somebody who reads and somebody read about.")
    return Read(
        id=row.pk,
        at=row.at,
        actor=people.get(actor, Someone(actor)),
        patient=people.get(patient, Someone(patient)),
        relation=row.relation,
        as_patient=row.role == Role.PATIENT,
        opened=row.action in OPENED,
    )
