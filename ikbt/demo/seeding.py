"""Seeds the demo's region: units and staff, the shipped programs, a living caseload."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

from django.conf import settings
from django.db import transaction

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.demo.caseload import seed_caseload
from ikbt.demo.newcomer import seed_newcomer
from ikbt.demo.people import make_patients, make_staff, make_units
from ikbt.demo.unit_scene import seed_unit_scene
from programs.activating import activate
from programs.editor_access import sync_editor_access
from programs.importing import import_program
from programs.models import ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site

Told = Callable[[int, int], None]
# Which shipped programs a unit gives by its level of care; the caseload goes through the first two.
SHIPPED = {
    CareUnit.Level.PRIMARY: ("depression", "insomnia"),
    CareUnit.Level.SPECIALIST: ("depression", "insomnia", "ocd"),
}
# What one unit offers beyond that; nobody of the caseload goes through it.
ALSO_AT = {"ekhagen": ("transdiagnostic", "transdiagnostic-en", "transdiagnostic-latt")}


class NotTheDemo(PermissionError):
    """Seeding, seeds and codes belong to the demo and test profiles; everywhere else they are refused."""


def refuse_outside_demo() -> None:
    """Raise NotTheDemo unless the settings are the demo's or the tests'."""
    if not settings.DEMO_PROFILE:
        raise NotTheDemo("Invented people with known passwords belong to the demo only: ikbt.settings.demo.")


@transaction.atomic
def seed_region(patients: int, *, told: Told, seed: int = 1, now: datetime | None = None) -> None:
    """Everything the demo shows, in one transaction: either all of it stands or nothing.

    `patients` is the number of treatments, the newcomer's among them; `told(done, all)` is called as it goes;
    `now` is the present when None. Raises NotTheDemo.
    """
    refuse_outside_demo()
    now = now or clock.now()
    units = make_units()
    staff = make_staff(units, at=now)
    ensure_site(units.values(), by=None, at=now)
    for person in staff:
        sync_editor_access(person)
    versions = {unit.pk: _publish_shipped(unit, at=now) for unit in units.values()}
    therapists = _therapists(staff)
    newcomer, *others = make_patients(patients, chance=Random(seed), today=clock.local_date(now), at=now)
    seed_caseload(
        others,
        versions=versions,
        therapists=therapists,
        now=now,
        told=lambda done, _: told(done, patients),
        seed=seed,
    )
    therapist, unit = therapists[0]
    seed_newcomer(newcomer, version=versions[unit.pk][0], therapist=therapist, unit=unit, now=now)
    seed_unit_scene(therapist, unit, now=now)
    told(patients, patients)


def _therapists(staff: list[Person]) -> list[tuple[Person, CareUnit]]:
    """Therapists with their units, in the order of the data file: the first desk is the one visitors are
    led to."""
    given = RoleAssignment.objects.filter(role=Role.THERAPIST, unit__isnull=False).select_related("unit")
    unit_of = {role.person_id: role.unit for role in given}
    return [(person, unit) for person in staff if (unit := unit_of.get(person.pk)) is not None]


def _publish_shipped(unit: CareUnit, *, at: datetime) -> list[ProgramVersion]:
    """Import and publish the shipped programs below a unit's page: each unit has its own."""
    keys = SHIPPED[CareUnit.Level(unit.level)] + ALSO_AT.get(unit.slug, ())
    return [publish_one(key, unit, at=at) for key in keys]


def publish_one(key: str, unit: CareUnit, *, at: datetime) -> ProgramVersion:
    """Import a shipped program below a unit's page, publish it, and let the unit treat by it."""
    folder = settings.DATA_DIR_PROGRAMS / key
    page = import_program(folder, unit_page=UnitPage.objects.get(unit=unit), by=None, at=at)
    # Not before the drafts were saved, or the editors' welcome would call them edited since.
    version = publish(page, by=None, at=max(at, clock.now()), note="Första versionen.")
    activate(version, unit=unit, by=None, at=at, follows=True)
    return version
