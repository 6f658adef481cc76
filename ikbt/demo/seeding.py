"""Seeds the demo's region: units and staff, the shipped programs, a living caseload."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from django.conf import settings
from django.db import transaction

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common import clock
from ikbt.demo.caseload import seed_caseload, seed_newcomer, seed_today
from ikbt.demo.people import make_patients, make_staff, make_units
from programs.editor_access import sync_editor_access
from programs.importing import import_program
from programs.models import ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site

Told = Callable[[int, int], None]


@transaction.atomic
def seed_region(patients: int, *, told: Told, seed: int = 1) -> None:
    """Everything the demo shows, in one transaction: either all of it stands or nothing.

    `patients` is the number of treatments; `told(done, all)` is called as they are made.
    """
    now = clock.now()
    units = make_units()
    staff = make_staff(units, at=now)
    ensure_site(units.values(), by=None, at=now)
    for person in staff:
        sync_editor_access(person)
    version = _publish_shipped(UnitPage.objects.get(unit=units["ekhagen"]))
    therapists = [
        (given.person, given.unit)
        for given in RoleAssignment.objects.filter(role=Role.THERAPIST).select_related("person", "unit")
        if given.unit is not None
    ]
    therapists.sort(key=lambda pair: staff.index(pair[0]))
    chance = Random(seed)
    made = make_patients(patients, chance=chance, today=clock.today(), at=now)
    # The last one made is the newcomer to try the demo as; the others have a history.
    *with_history, newcomer = made
    seed_caseload(with_history, version=version, therapists=therapists, now=now, told=told, seed=seed)
    therapist, unit = therapists[0]
    seed_newcomer(newcomer, version=version, therapist=therapist, unit=unit, now=now)
    told(patients, patients)
    seed_today(therapist, now=now)


def _publish_shipped(unit_page: UnitPage) -> ProgramVersion:
    """Import and publish the shipped depression program below a unit's page."""
    now = clock.now()
    folder = settings.DATA_DIR_PROGRAMS / "depression"
    page = import_program(folder, unit_page=unit_page, by=None, at=now)
    return publish(page, by=None, at=now, note="Första versionen.")

