"""The people that all tests share: a patient, her therapist, a colleague, another unit's therapist, editors, staff."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from ikbt.accounts.models import AuthenticatorApp, CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import Decision, start_treatment
from programs.activating import activate
from programs.exercises.definitions import load_all
from programs.facts import facts_of
from programs.models import FrozenModule, Program, ProgramVersion

PASSWORD = "correct-horse-battery"
SEED = "3132333435363738393031323334353637383930"  # RFC 6238's test seed

DECIDED = Decision(reason="Bedömd, programmet passar.")


def person(first: str, last: str, **more: Any) -> Person:
    """A person with password and a confirmed authenticator app."""
    made = Person.objects.create_user(
        f"{first}.{last}@example.org".lower(), PASSWORD, first_name=first, last_name=last, **more
    )
    AuthenticatorApp.objects.create(user=made, name="app", confirmed=True, seed=SEED)
    return made


def give(someone: Person, role: Role, unit: CareUnit | None = None) -> Person:
    """Give a role without ceremony, as the system does when it is set up."""
    RoleAssignment.objects.create(
        person=someone, role=role, unit=unit, starts_at=clock.now() - timedelta(days=400)
    )
    return someone


def unit(name: str, number: int, provider: CareProvider) -> CareUnit:
    """A care unit with hours and an emergency number."""
    return CareUnit.objects.create(
        provider=provider,
        name=f"Vårdcentralen {name}",
        slug=name.lower(),
        hsa_id=f"SE2321000016-{number:04d}",
        phone="021-17 00 00",
        opening_hours=[{"days": "måndag–fredag", "hours": "8.00–16.30"}],
        emergency_numbers=[{"name": "Psykiatriska akuten", "phone": "021-17 57 00", "about": "dygnet runt"}],
    )


MODULES: list[dict[str, Any]] = [
    {
        "key": "m01",
        "title": "Första modulen",
        "goal": "Förstå hur det hänger ihop.",
        "practice_minutes_per_week": 120,
        "unlock": {
            "release": "start",
            "min_days": 5,
            "requires": [{"step": "m01-s02", "count": 1}, {"step": "m01-s03", "count": 1}],
        },
        "steps": [
            {
                "key": "m01-s01",
                "title": "Välkommen",
                "minutes": 2,
                "blocks": [
                    {"type": "text", "html": "<h2>Hej</h2><p>Det här är en text.</p>"},
                    {
                        "type": "quote",
                        "html": "<p>Jag gick ut en stund.</p>",
                        "person": "Elin, 34",
                        "invented": True,
                    },
                ],
            },
            {
                "key": "m01-s02",
                "title": "Aktivitetsdagbok",
                "minutes": 3,
                "blocks": [
                    {"type": "text", "html": "<p>Skriv vad du gör.</p>"},
                    {
                        "type": "exercise",
                        "exercise": "activity_diary",
                        "intro": "<p>En rad i taget.</p>",
                        "required_count": 1,
                        "optional": False,
                        "fields": None,
                        "continues": None,
                    },
                ],
            },
            {
                "key": "m01-s03",
                "title": "Mina mål",
                "minutes": 3,
                "blocks": [
                    {
                        "type": "exercise",
                        "exercise": "goal_setting",
                        "intro": "",
                        "required_count": 1,
                        "optional": False,
                        "fields": None,
                        "continues": None,
                    }
                ],
            },
        ],
    },
    {
        "key": "m02",
        "title": "Andra modulen",
        "goal": "Hitta mönster.",
        "practice_minutes_per_week": 150,
        "unlock": {"release": "therapist", "min_days": 5, "requires": [{"step": "m02-s02", "count": 1}]},
        "steps": [
            {
                "key": "m02-s01",
                "title": "Start",
                "minutes": 1,
                "blocks": [{"type": "text", "html": "<p>Vidare.</p>"}],
            },
            {
                "key": "m02-s02",
                "title": "Dagbok igen",
                "minutes": 2,
                "blocks": [
                    {
                        "type": "exercise",
                        "exercise": "activity_diary",
                        "intro": "",
                        "required_count": 1,
                        "optional": False,
                        "fields": None,
                        "continues": "m01-s02",
                    }
                ],
            },
        ],
    },
]
MEASURES = [
    {"instrument": "phq-9", "when": "pre"},
    {"instrument": "gad-7", "when": "pre"},
    {"instrument": "phq-9", "when": "weekly"},
    {"instrument": "phq-9", "when": "post"},
]


def published(owner: CareUnit, key: str = "liten") -> ProgramVersion:
    """A small program of two modules, frozen without going through Wagtail; its owner treats by it."""
    program = Program.objects.create(unit=owner, key=key, title="Ett litet program")
    outline_modules = [
        {
            **{
                name: module[name] for name in ("key", "title", "goal", "unlock", "practice_minutes_per_week")
            },
            "steps": [_outlined(step) for step in module["steps"]],
        }
        for module in MODULES
    ]
    outline = {
        "format": "ikbt-program/1",
        "key": key,
        "language": "sv",
        "title": "Ett litet program",
        "summary": "För tester.",
        "weeks": 10,
        "measures": MEASURES,
        "modules": outline_modules,
    }
    version = ProgramVersion.objects.create(
        program=program,
        major=1,
        outline=outline,
        facts=facts_of(outline),
        content_hash="0" * 64,
        published_at=clock.now(),
    )
    definitions = {name: dict(load_all()[name].document) for name in ("activity_diary", "goal_setting")}
    for position, module in enumerate(MODULES, start=1):
        FrozenModule.objects.create(
            version=version, position=position, key=module["key"], document=module, definitions=definitions
        )
    activate(version, unit=owner, by=None, at=clock.now(), follows=True)
    return version


def _outlined(step: dict[str, Any]) -> dict[str, Any]:
    exercise = next((block for block in step["blocks"] if block["type"] == "exercise"), None)
    return {
        "key": step["key"],
        "title": step["title"],
        "minutes": step["minutes"],
        "exercise": exercise["exercise"] if exercise else None,
        "required_count": exercise["required_count"] if exercise else 0,
        "optional": exercise["optional"] if exercise else False,
    }


@dataclass
class Cast:
    """Everybody, with a running treatment of Anna by Tove at unit Alfa."""

    alfa: CareUnit
    beta: CareUnit
    anna: Person  # the patient
    tove: Person  # her therapist
    kim: Person  # a colleague at the unit
    olle: Person  # a therapist at another unit
    pia: Person  # another patient, treated by Olle
    editor: Person
    publisher: Person
    manager: Person
    administrator: Person
    auditor: Person
    version: ProgramVersion
    treatment: Treatment
    other_treatment: Treatment
    outsiders: list[Person] = field(default_factory=list)


def gather() -> Cast:
    """Make the whole cast in the database."""
    provider = CareProvider.objects.create(name="Region Test", hsa_id="SE2321000016-0001")
    alfa, beta = unit("Alfa", 101, provider), unit("Beta", 102, provider)
    people = {
        "anna": give(person("Anna", "Lind", phone="070-123 45 67"), Role.PATIENT),
        "tove": give(person("Tove", "Berg", title="psykolog"), Role.THERAPIST, alfa),
        "kim": give(person("Kim", "Ek"), Role.THERAPIST, alfa),
        "olle": give(person("Olle", "Ström"), Role.THERAPIST, beta),
        "pia": give(person("Pia", "Sand"), Role.PATIENT),
        "editor": give(person("Edit", "Skrivare"), Role.EDITOR, alfa),
        "publisher": give(person("Petra", "Utgivare"), Role.PUBLISHER, alfa),
        "manager": give(person("Maja", "Chef"), Role.UNIT_MANAGER, alfa),
        "administrator": give(person("Sys", "Admin", is_staff=True, is_superuser=True), Role.ADMINISTRATOR),
        "auditor": give(person("Gunnar", "Granskare"), Role.AUDITOR),
    }
    # Beta has nobody but Olle to treat; its manager covers for him.
    give(person("Bo", "Chef"), Role.UNIT_MANAGER, beta)
    version = published(alfa)
    now = clock.now()
    activate(version, unit=beta, by=None, at=now, follows=True)
    common: dict[str, Any] = {
        "version": version,
        "starts_on": clock.today(),
        "decision": DECIDED,
        "by": SYSTEM,
        "at": now,
    }
    treatment = start_treatment(people["anna"], unit=alfa, therapist=people["tove"], **common)
    other = start_treatment(people["pia"], unit=beta, therapist=people["olle"], **common)
    outsiders = [
        people[name] for name in ("kim", "olle", "pia", "editor", "manager", "administrator", "auditor")
    ]
    return Cast(
        alfa=alfa,
        beta=beta,
        **people,
        version=version,
        treatment=treatment,
        other_treatment=other,
        outsiders=outsiders,
    )
