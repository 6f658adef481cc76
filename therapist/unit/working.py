"""Who works where: decides whom a manager can choose, and whose patients have nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.querysets import RoleQuerySet
from ikbt.accounts.roles import Act, Role
from ikbt.treatments.models import Treatment


def who_work(units: Collection[UUID], *, at: datetime) -> set[tuple[UUID, UUID]]:
    """(person, unit) of those who may open a desk there and can sign in; one query."""
    return set(_desks(units, at=at).values_list("person_id", "unit_id"))


def who_could(treatment: Treatment, *, giver: Person, at: datetime, therapists: bool = False) -> list[Person]:
    """Who may be given a relation to this patient by this person; therapists alone when they are to answer for her."""
    held = _desks([treatment.unit_id], at=at)
    if therapists:
        held = held.filter(role=Role.THERAPIST)
    people = Person.objects.filter(roles__in=held).exclude(pk__in=[treatment.patient_id, giver.pk])
    return list(people.defer("personal_number").distinct())


def _desks(units: Collection[UUID], *, at: datetime) -> RoleQuerySet:
    return (
        RoleAssignment.objects.running(at)
        .that_may(Act.OPEN_DESK)
        .filter(unit__in=units, person__is_active=True)
    )
