"""Says who can sign in to the demo and how; seeds leave the machine in the demo and test profiles only."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

from django.conf import settings

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.demo.people import PASSWORD, seed_of
from ikbt.treatments.models import Treatment

WIDTHS = (44, 28, 34)


def accounts() -> list[dict[str, Any]]:
    """All demo accounts with password and TOTP seed; refused outside the demo."""
    if not settings.DEMO_PROFILE:
        raise PermissionError("Seeds are told in the demo only.")
    roles: dict[Any, list[str]] = {}
    for role in RoleAssignment.objects.select_related("unit").order_by("role"):
        roles.setdefault(role.person_id, []).append(role.role)
    return [
        {
            "email": person.email,
            "name": person.name,
            "roles": roles.get(person.pk, []),
            "password": PASSWORD,
            "totp_secret": b32encode(bytes.fromhex(seed_of(person.email))).decode(),
        }
        for person in Person.objects.order_by("created_at", "email")
        if person.pk in roles
    ]


def table(port: int) -> str:
    """The table that the demo prints: staff, and a few patients at different stages."""
    staff = RoleAssignment.objects.exclude(role="patient").select_related("person", "unit").order_by("person__last_name")
    lines = [_line("Sign in as", "Role", "Where"), _line(*("-" * width for width in WIDTHS))]
    for given in staff:
        lines.append(_line(given.person.email, given.get_role_display(), given.unit.name if given.unit else "-"))
    newest = Treatment.objects.select_related("patient", "unit").filter(state="active").order_by("-created_at")[:3]
    for treatment in newest:
        weeks = f"patient, started {treatment.starts_on}"
        lines.append(_line(treatment.patient.email, weeks, treatment.unit.name))
    return "\n".join(
        [
            "",
            *lines,
            "",
            f"Password for all: {PASSWORD}",
            f"Easiest: http://localhost:{port}/test-e-id/ signs you in as any of them with one click.",
            "With password: the six-digit code is printed by  python3 manage.py demo_code E-MAIL",
        ]
    )


def _line(*cells: str) -> str:
    return "  ".join(cell[:width].ljust(width) for cell, width in zip(cells, WIDTHS, strict=True)).rstrip()
