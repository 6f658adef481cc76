"""Says who can sign in to the demo and how; seeds leave the machine in the demo and test profiles only."""

from __future__ import annotations

from base64 import b32encode
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.utils import translation

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.demo.people import NEWCOMER, PASSWORD, address_of, data, seed_of
from ikbt.demo.seeding import refuse_outside_demo
from ikbt.treatments.models import Treatment

WIDTHS = (20, 20, 34, 20)
NEWCOMERS_ADDRESS = address_of(f"{NEWCOMER[0]} {NEWCOMER[1]}")
# What to try, in this order; the first holder of the role in the data file, the newcomer for a patient.
TRY_FIRST = (
    (Role.PATIENT, "new since two days: first questionnaires and module one are open"),
    (Role.THERAPIST, "the desk with most to do: an alert minutes old, messages, work to read"),
    (Role.COORDINATOR, "sees the unit's high alerts, treats some patients too"),
    (Role.UNIT_MANAGER, "staff, care relations, an emergency access to look at; no patient's data"),
    (Role.EDITOR, "writes programs in Wagtail's admin"),
    (Role.CLINICAL_REVIEWER, "reads a draft that waits for review and signs it, or sends it back"),
    (Role.LANGUAGE_REVIEWER, "the same for language and accessibility"),
    (Role.PUBLISHER, "releases what two others have signed, as a version that never changes"),
    (Role.ADMINISTRATOR, "invites people and gives roles; sees no patient"),
)
STAGES = (
    (Treatment.State.ACTIVE, "patient, under way"),
    (Treatment.State.CLOSING, "patient, closing"),
    (Treatment.State.MAINTENANCE, "patient, finished"),
)


def accounts() -> list[dict[str, Any]]:
    """All demo accounts with password and TOTP seed: email, name, roles, unit, password, totp_secret
    (base32),
    treatment (the newest one's id for patients, None for others). Raises NotTheDemo outside the demo."""
    refuse_outside_demo()
    roles = _roles()
    # Oldest first, so that the newest stays.
    treatments = {
        patient: (treatment, unit)
        for patient, treatment, unit in Treatment.objects.order_by("starts_on").values_list(
            "patient", "pk", "unit__name"
        )
    }
    return [
        _account(person, roles[person.pk], *treatments.get(person.pk, (None, "")))
        for person in _people(roles)
    ]


def _account(
    person: Person, given: list[RoleAssignment], treatment: UUID | None, unit: str
) -> dict[str, Any]:
    units = [role.unit.name for role in given if role.unit is not None]
    return {
        "email": person.email,
        "name": person.name,
        "roles": [role.role for role in given],
        "unit": units[0] if units else unit,
        "password": PASSWORD,
        "totp_secret": b32encode(bytes.fromhex(seed_of(person.email))).decode().rstrip("="),
        "treatment": str(treatment) if treatment else None,
    }


def _roles() -> dict[UUID, list[RoleAssignment]]:
    found: dict[UUID, list[RoleAssignment]] = {}
    for role in RoleAssignment.objects.select_related("unit", "person").order_by("starts_at", "pk"):
        found.setdefault(role.person_id, []).append(role)
    return found


def _people(roles: dict[UUID, list[RoleAssignment]]) -> list[Person]:
    """Staff in the data file's order, then patients with the newcomer first."""
    places = {address_of(entry["name"]): place for place, entry in enumerate(data("region")["staff"])}
    places[NEWCOMERS_ADDRESS] = len(places)
    people = [given[0].person for given in roles.values()]
    return sorted(people, key=lambda person: (places.get(person.email, len(places)), person.email))


def table(port: int) -> str:
    """What the demo prints, in English and at most 100 columns wide. Raises NotTheDemo outside the demo."""
    refuse_outside_demo()
    with translation.override("en"):
        return "\n".join([*_recommended(), *_everyone(), *_notes(port)])


def _recommended() -> list[str]:
    roles = _roles()
    people = _people(roles)
    lines = ["", "TRY FIRST"]
    for wanted, why in TRY_FIRST:
        holder = next((person for person in people if _holds(roles[person.pk], wanted)), None)
        if holder is not None:
            lines += [_line(str(wanted.label), holder.name, holder.email, ""), f"    {why}"]
    return lines


def _holds(given: Iterable[RoleAssignment], wanted: Role) -> bool:
    return any(role.role == wanted for role in given)


def _everyone() -> list[str]:
    head = [
        "",
        "EVERYONE",
        _line("Role", "Name", "E-mail", "Unit"),
        _line(*("-" * width for width in WIDTHS)),
    ]
    return [*head, *_staff(), *_patients()]


def _staff() -> list[str]:
    roles = _roles()
    given = [role for person in _people(roles) for role in roles[person.pk] if role.role != Role.PATIENT]
    return [
        _line(
            role.get_role_display(), role.person.name, role.person.email, role.unit.name if role.unit else "-"
        )
        for role in given
    ]


def _patients() -> list[str]:
    """The newcomer, and the longest treatment of each stage."""
    newcomer = Person.objects.filter(email=NEWCOMERS_ADDRESS)
    lines = [_line("patient, new", person.name, person.email, "") for person in newcomer]
    for state, words in STAGES:
        treatments = Treatment.objects.filter(state=state).exclude(patient__in=newcomer)
        one = treatments.select_related("patient", "unit").order_by("starts_on").first()
        if one is not None:
            lines.append(_line(words, one.patient.name, one.patient.email, one.unit.name))
    return lines


def _notes(port: int) -> list[str]:
    return [
        "",
        f"Password for all: {PASSWORD}",
        f"Easiest: http://localhost:{port}/test-e-id/ signs you in as any of them with one click.",
        "With the password: python3 manage.py demo_code E-MAIL  prints the six-digit code of the moment.",
        "Mail and text messages are written to files in the state folder: mail/ and sms/messages.jsonl.",
        "All people here are invented. No real patient may be entered.",
    ]


def _line(*cells: str) -> str:
    return "  ".join(_cut(cell, width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()


def _cut(cell: str, width: int) -> str:
    # An address is never cut: it is there to be copied.
    return cell.ljust(width) if len(cell) <= width or "@" in cell else f"{cell[: width - 1]}…"
