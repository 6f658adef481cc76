"""What stands around every page of a patient: her unit, the menu with what is unread, and where help is."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from ikbt.common.navigation import NavItem, mark_current
from ikbt.treatments.access import Mine
from ikbt.treatments.asked_always import unread_in


def frame(request: HttpRequest, mine: Mine) -> dict[str, object]:
    """Context of layouts/patient.html, with the unread messages counted; one query."""
    return {**calm_frame(request, mine), "nav": menu(request, mine, unread=unread_messages(mine))}


def calm_frame(request: HttpRequest, mine: Mine) -> dict[str, object]:
    """The same without a count and without a query, for the page with help: it must not wait for anything."""
    unit, treatment = mine.treatment.unit, mine.treatment
    return {
        "treatment": treatment,
        "unit_name": unit.name,
        "person_name": mine.person.name,
        "first_name": mine.person.first_name,
        "home_url": address("treatment", mine),
        "acute_help_url": address("help", mine),
        "crisis_numbers": crisis_numbers(unit),
        "sign_out_url": reverse("accounts:sign_out"),
        "nav": menu(request, mine, unread=0),
    }


def menu(request: HttpRequest, mine: Mine, *, unread: int) -> list[NavItem]:
    """The main menu; help is always in it."""
    items = [
        NavItem(_("Start"), address("treatment", mine)),
        NavItem(_("Messages"), address("messages", mine), count=unread),
        NavItem(_("My curve"), address("curve", mine)),
        NavItem(_("Help"), address("help", mine)),
    ]
    return mark_current(items, request.path)


def unread_messages(mine: Mine) -> int:
    """Messages from the therapist that she has not opened."""
    return unread_in(mine.treatment)


def crisis_numbers(unit: CareUnit) -> list[dict[str, str]]:
    """The unit's own emergency numbers, as components/crisis.html takes them."""
    return [
        {"name": row.get("name", ""), "number": row.get("phone", ""), "hours": row.get("about", "")}
        for row in unit.emergency_numbers
        if row.get("phone")
    ]


def address(name: str, mine: Mine, **more: object) -> str:
    """An address inside her own treatment."""
    return _address(name, mine.treatment.pk, tuple(more.items()))


@lru_cache(maxsize=4000)
def _address(name: str, treatment: UUID, more: tuple[tuple[str, object], ...]) -> str:
    # A page names a dozen, the same each time.
    return reverse(f"treatments:{name}", kwargs={"treatment_id": treatment, **dict(more)})
