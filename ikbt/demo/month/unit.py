"""Makes the unit of a simulated month: invented people with roles, and the shipped program for depression."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from ikbt.accounts.models import CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common.clock import local_date
from ikbt.demo.people import DOMAIN, data, make_patients
from ikbt.demo.seeding import publish_one
from programs.models import ProgramVersion
from programs.site_tree import ensure_site

PROGRAM = "depression"


@dataclass(frozen=True)
class Unit:
    """Who works there, whom it treats, and by what."""

    unit: CareUnit
    version: ProgramVersion
    therapists: list[Person]
    coordinator: Person
    manager: Person
    patients: list[Person]


def make_unit(*, therapists: int, patients: int, seed: int, at: datetime) -> Unit:
    """In place at a moment; nobody is in treatment yet."""
    provider = CareProvider.objects.create(name="Region Månad (påhittad)", hsa_id="SE2321009999-0900")
    unit = CareUnit.objects.create(
        provider=provider,
        name="Internetbehandlingen Månad",
        slug="manad",
        hsa_id="SE2321009999-9001",
        phone="021-990 90 10",
        opening_hours=[{"days": "måndag–fredag", "hours": "8.00–16.30"}],
        emergency_numbers=data("region")["units"][0]["emergency_numbers"],
    )
    ensure_site([unit], by=None, at=at)
    people = make_patients(patients + 1, chance=Random(f"{seed} people"), today=local_date(at), at=at)
    return Unit(
        unit=unit,
        version=publish_one(PROGRAM, unit, at=at),
        therapists=[_staff(Role.THERAPIST, unit, number, at=at) for number in range(therapists)],
        coordinator=_staff(Role.COORDINATOR, unit, 0, at=at),
        manager=_staff(Role.UNIT_MANAGER, unit, 0, at=at),
        # The first is the demo's newcomer, whose name everybody knows.
        patients=people[1:],
    )


def _staff(role: Role, unit: CareUnit, number: int, *, at: datetime) -> Person:
    person = Person.objects.create_user(
        f"{role.value}.{number}@manad.{DOMAIN}",
        first_name=role.value.replace("_", " ").title(),
        last_name=f"Månad {number + 1}",
    )
    RoleAssignment.objects.create(person=person, role=role, unit=unit, starts_at=at - timedelta(days=400))
    return person
