"""Makes the demo's people: invented names, personal numbers from a series for tests, known passwords,
enrolled apps."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from django.contrib.auth.hashers import make_password

from ikbt.accounts.models import AuthenticatorApp, CareProvider, CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.common.fields import blind_index
from ikbt.common.personal_identity import check_digit

DATA = Path(__file__).parent / "data"
# Known to everyone on purpose: this data set runs on loopback, without real patients.
PASSWORD = "demo-losenord-2026"  # noqa: S105 - see above
DOMAIN = "demo.example.org"
# Whom visitors try the demo as, always under the same name: first name, last name, sex.
NEWCOMER = ("Hanna", "Ekström", "female")
# Share of women among those who seek internet treatment for depression.
WOMEN = 0.66


@cache
def data(name: str) -> Any:
    """A data file of the demo, read once; nobody changes what it gives."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def seed_of(email: str) -> str:
    """The TOTP seed of a demo account in hexadecimal, the same on every machine so that docs can name it."""
    # A seed for a demo, not a signature.
    return hashlib.sha1(f"ikbt demo {email}".encode(), usedforsecurity=False).hexdigest()


def address_of(name: str) -> str:
    """The sign-in name of a demo person."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return f"{'.'.join(plain.split())}@{DOMAIN}"


def personal_number(born: date, serial: int, *, female: bool) -> str:
    """Twelve digits with a birth number from 980, which is not given to living people; even for women."""
    nine = f"{born:%y%m%d}{980 + 2 * (serial % 10) + (not female)}"
    return f"{born:%Y%m%d}{nine[6:]}{check_digit(nine)}"


def make_units() -> dict[str, CareUnit]:
    """The region's care units by slug."""
    region = data("region")
    provider = CareProvider.objects.create(**region["provider"])
    return {unit["slug"]: CareUnit.objects.create(provider=provider, **unit) for unit in region["units"]}


def make_staff(units: dict[str, CareUnit], *, at: datetime) -> list[Person]:
    """Staff with roles and authenticator apps, in the order of the data file."""
    made = []
    password = make_password(PASSWORD)
    for entry in data("region")["staff"]:
        first, _, last = entry["name"].partition(" ")
        administrator = [Role.ADMINISTRATOR.value, None] in entry["roles"]
        person = Person.objects.create(
            email=address_of(entry["name"]),
            password=password,
            first_name=first,
            last_name=last,
            title=entry["title"],
            is_staff=administrator,
            is_superuser=administrator,
        )
        RoleAssignment.objects.bulk_create(
            RoleAssignment(person=person, role=role, unit=units.get(unit), starts_at=at - timedelta(days=400))
            for role, unit in entry["roles"]
        )
        made.append(person)
    enrol(made)
    return made


def make_patients(count: int, *, chance: Random, today: date, at: datetime) -> list[Person]:
    """`count` invented patients, enrolled, with personal numbers that nobody has; the first is the
    newcomer."""
    password, taken = make_password(PASSWORD), _Taken()
    made = [_patient(*NEWCOMER, today, chance, taken, password)]
    for _ in range(count - 1):
        sex = "female" if chance.random() < WOMEN else "male"
        names = data("names")
        made.append(
            _patient(
                chance.choice(names[sex]), chance.choice(names["last"]), sex, today, chance, taken, password
            )
        )
    for person in made[3::4]:
        person.notices_by = Person.NoticesBy.SMS
    Person.objects.bulk_create(made)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(person=person, role=Role.PATIENT, starts_at=at - timedelta(days=300))
        for person in made
    )
    enrol(made)
    return made


@dataclass
class _Taken:
    addresses: set[str] = field(default_factory=set)
    numbers: set[str] = field(default_factory=set)


def _patient(
    first: str, last: str, sex: str, today: date, chance: Random, taken: _Taken, password: str
) -> Person:
    while address_of(f"{first} {last}") in taken.addresses:
        # Two of one name: the later one is given a double surname.
        last = f"{chance.choice(data('names')['last'])} {chance.choice(data('names')['last'])}"
    born = today - timedelta(days=int(365.25 * chance.triangular(19, 71, 36)))
    serial, female = chance.randint(0, 9), sex == "female"
    while personal_number(born, serial, female=female) in taken.numbers:
        serial, born = serial + 1, born - timedelta(days=1)
    number = personal_number(born, serial, female=female)
    taken.addresses.add(address_of(f"{first} {last}"))
    taken.numbers.add(number)
    return Person(
        email=address_of(f"{first} {last}"),
        password=password,
        first_name=first,
        last_name=last,
        sex=sex,
        born=born,
        personal_number=number,
        number_index=blind_index(number),
        phone=f"070-{chance.randint(100, 999)} {chance.randint(10, 99)} {chance.randint(10, 99)}",
    )


def enrol(people: list[Person]) -> None:
    """Give each a confirmed authenticator app with a known seed."""
    AuthenticatorApp.objects.bulk_create(
        AuthenticatorApp(user=person, name="demo", confirmed=True, seed=seed_of(person.email))
        for person in people
    )
