"""The desk's main menu: decides which pages stand in it, by what a person's running roles may do."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import MAY, Act, Role
from ikbt.common.navigation import NavItem
from ikbt.treatments.models import EmergencyAccess


def menu_of(staff: Person, *, at: datetime) -> list[NavItem]:
    """What she may open, her list first; one query, and a second one for managers."""
    held = staff.roles.running(at).filter(unit__isnull=False).values_list("role", "unit_id")
    units: dict[Act, set[UUID]] = {}
    for role, unit in held:
        for act in MAY[Role(role)]:
            units.setdefault(act, set()).add(unit)
    found = []
    if Act.OPEN_DESK in units:
        found.append(NavItem(_("Worklist"), reverse("therapist:caseload")))
    if Act.MANAGE_UNIT in units:
        found.append(NavItem(_("Unit"), reverse("unit:overview")))
        found.append(NavItem(_("Staff"), reverse("unit:staff")))
    if Act.GIVE_RELATIONS in units:
        found.append(NavItem(_("Care relations"), reverse("unit:relations")))
    if Act.MANAGE_UNIT in units:
        waiting = waiting_reviews(staff, units[Act.MANAGE_UNIT])
        found.append(NavItem(_("To review"), reverse("unit:reviews"), count=waiting))
        found.append(NavItem(_("Erasure requests"), reverse("privacy:erasure_requests")))
    if Act.SEE_OUTCOMES in units:
        found.append(NavItem(_("Outcomes"), reverse("outcomes:outcomes")))
    if Act.OPEN_IN_EMERGENCY in units:
        found.append(NavItem(_("Emergency access"), reverse("therapist:emergency")))
    return found


def waiting_reviews(manager: Person, units: Collection[UUID]) -> int:
    """Emergency accesses at her units that wait for her decision."""
    return EmergencyAccess.objects.of_units(units).undecided(reviewer=manager.pk).count()
