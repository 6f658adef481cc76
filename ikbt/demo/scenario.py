"""The scenario for black-box tests: decides who there is - one of each role over two units, with known secrets."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.management.base import CommandError
from django.db import transaction

from ikbt.accounts.models import AuthenticatorApp, CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from ikbt.demo.course_history import REASON
from ikbt.demo.people import personal_number
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import Decision, start_treatment
from programs.activating import activate
from programs.editor_access import sync_editor_access
from programs.importing import import_program
from programs.models import ProgramVersion, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site

# Known on purpose: the test profile's database holds nobody else.
PASSWORD = "scenario-losenord-2026"  # noqa: S105 - see above
DOMAIN = "scenario.example.org"
UNITS = (("Alfa", "SE2321000016-9101"), ("Beta", "SE2321000016-9102"))
AT_UNIT = (
    Role.THERAPIST,
    Role.STAND_IN,
    Role.COORDINATOR,
    Role.SUPERVISOR,
    Role.UNIT_MANAGER,
    Role.EDITOR,
    Role.CLINICAL_REVIEWER,
    Role.LANGUAGE_REVIEWER,
    Role.PUBLISHER,
)
WITHOUT_UNIT = (Role.AUDITOR, Role.ADMINISTRATOR)


@dataclass(frozen=True)
class Account:
    """Who can sign in and how; `unit` is empty for roles that belong to none."""

    person: Person
    role: Role
    unit: str
    treatment: Treatment | None = None

    def told(self) -> dict[str, Any]:
        """As the command prints it."""
        return {
            "role": self.role.value,
            "unit": self.unit,
            "name": self.person.name,
            "email": self.person.email,
            "password": PASSWORD,
            "totp_seed": seed_of(self.person.email),
            "personal_number": self.person.personal_number or "",
            "person": str(self.person.pk),
            "treatment": str(self.treatment.pk) if self.treatment else "",
        }


def seed_of(email: str) -> str:
    """The TOTP seed of a scenario account in hexadecimal, always the same."""
    return hashlib.sha1(f"ikbt scenario {email}".encode(), usedforsecurity=False).hexdigest()


def refuse_elsewhere() -> None:
    """Raise CommandError unless the settings are the tests'."""
    if not getattr(settings, "SCENARIO_MAY_SEED", False):
        raise CommandError("People with known secrets belong to the test profile: ikbt.settings.test.")


@transaction.atomic
def seed_scenario(*, at: datetime) -> list[Account]:
    """Two units of one provider; at each one of every role, a second therapist, and a patient in treatment.

    Refused outside the test profile; seeding twice raises IntegrityError and changes nothing.
    """
    refuse_elsewhere()
    provider = CareProvider.objects.create(name="Region Scenario", hsa_id="SE2321000016-9100")
    units = [_unit(name, hsa_id, provider) for name, hsa_id in UNITS]
    accounts = [_account(role, None, at=at) for role in WITHOUT_UNIT]
    for unit in units:
        accounts += [_account(role, unit, at=at) for role in AT_UNIT]
        accounts.append(_account(Role.THERAPIST, unit, at=at, first="Kollega"))
    ensure_site(units, by=None, at=at)
    for account in accounts:
        sync_editor_access(account.person)
    version = _published(units[0], at=at)
    for unit in units:
        activate(version, unit=unit, by=None, at=at, follows=True)
    for serial, unit in enumerate(units):
        accounts.append(_patient(unit, version, accounts, serial=serial, at=at))
    return accounts


def _unit(name: str, hsa_id: str, provider: CareProvider) -> CareUnit:
    return CareUnit.objects.create(
        provider=provider,
        name=f"Enhet {name}",
        slug=name.lower(),
        hsa_id=hsa_id,
        phone="021-17 00 00",
        opening_hours=[{"days": "måndag–fredag", "hours": "8.00–16.30"}],
        emergency_numbers=[{"name": "112", "phone": "112", "about": "fara för liv"}],
    )


def _account(role: Role, unit: CareUnit | None, *, at: datetime, first: str = "") -> Account:
    place = unit.slug if unit else "region"
    given = first or role.value.replace("_", " ").title()
    person = Person.objects.create(
        email=f"{(first or role.value).lower()}.{place}@{DOMAIN}",
        password=make_password(PASSWORD),
        first_name=given,
        last_name=place.title(),
        is_staff=role is Role.ADMINISTRATOR,
        is_superuser=role is Role.ADMINISTRATOR,
    )
    AuthenticatorApp.objects.create(user=person, name="app", confirmed=True, seed=seed_of(person.email))
    at_unit = None if role is Role.PATIENT else unit
    RoleAssignment.objects.create(person=person, role=role, unit=at_unit, starts_at=at)
    return Account(person, role, unit.slug if unit else "")


def _published(unit: CareUnit, *, at: datetime) -> ProgramVersion:
    folder = settings.DATA_DIR_PROGRAMS / "depression"
    page = import_program(folder, unit_page=UnitPage.objects.get(unit=unit), by=None, at=at)
    return publish(page, by=None, at=at, note="Scenario.")


def _patient(
    unit: CareUnit, version: ProgramVersion, accounts: list[Account], *, serial: int, at: datetime
) -> Account:
    """In treatment with the unit's therapist, to whom she has written."""
    account = _account(Role.PATIENT, unit, at=at)
    patient = account.person
    patient.set_number(personal_number(date(1990, 1, 1 + serial), serial, female=True))
    patient.save()
    therapist = next(one.person for one in accounts if (one.role, one.unit) == (Role.THERAPIST, unit.slug))
    treatment = start_treatment(
        patient,
        version=version,
        unit=unit,
        therapist=therapist,
        starts_on=clock.local_date(at),
        decision=Decision(reason=REASON),
        by=SYSTEM,
        at=at,
    )
    own = Actor(id=patient.pk, role=Role.PATIENT, unit=unit.pk)
    send_message(treatment, "Hej, jag har en fråga.", sender=patient, client_key=uuid4(), by=own, at=at)
    return Account(patient, Role.PATIENT, unit.slug, treatment)
