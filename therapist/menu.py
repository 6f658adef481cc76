"""The desk's main menu: decides which pages stand in it, by what a person's running roles may do."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ikbt.accounts.models import Person
from ikbt.accounts.roles import MAY, Act, Role
from ikbt.common.navigation import NavItem
from ikbt.treatments.models import EmergencyAccess

REVIEWS = "unit:reviews"
# In the menu's order: what opens the page, its words, its address.
PAGES = (
    (Act.OPEN_DESK, gettext_noop("Worklist"), "therapist:caseload"),
    (Act.KEEP_QUEUE, gettext_noop("The unit's queue"), "unit:queue"),
    (Act.MANAGE_UNIT, gettext_noop("Unit"), "unit:overview"),
    (Act.MANAGE_UNIT, gettext_noop("Staff"), "unit:staff"),
    (Act.GIVE_RELATIONS, gettext_noop("Care relations"), "unit:relations"),
    (Act.GIVE_RELATIONS, gettext_noop("Text templates"), "unit:snippets"),
    (Act.GIVE_RELATIONS, gettext_noop("Starts and offers"), "unit:starts"),
    (Act.GIVE_RELATIONS, gettext_noop("Capacity"), "unit:capacity"),
    (Act.GIVE_RELATIONS, gettext_noop("Absence"), "unit:absences"),
    (Act.MANAGE_UNIT, gettext_noop("To review"), REVIEWS),
    (Act.MANAGE_UNIT, gettext_noop("Settings"), "unit:settings"),
    (Act.MANAGE_UNIT, gettext_noop("Erasure requests"), "privacy:erasure_requests"),
    (Act.READ_CATALOGUE, gettext_noop("Program catalogue"), "catalogue:catalogue"),
    (Act.EDIT_PROGRAMS, gettext_noop("Write programs"), "wagtailadmin_home"),
    (Act.SEE_OUTCOMES, gettext_noop("The unit's board"), "unit:board"),
    (Act.SEE_OUTCOMES, gettext_noop("Outcomes"), "outcomes:outcomes"),
    (Act.OPEN_DESK, gettext_noop("My absence"), "therapist:my_absences"),
    (Act.OPEN_DESK, gettext_noop("My time"), "therapist:my_time"),
    (Act.OPEN_DESK, gettext_noop("Offers"), "therapist:offers"),
    (Act.OPEN_IN_EMERGENCY, gettext_noop("Emergency access"), "therapist:emergency"),
)


def menu_of(staff: Person, *, at: datetime, held: Sequence[tuple[str, UUID]] | None = None) -> list[NavItem]:
    """What she may open, her list first; one query unless her roles are read already, and one more for managers."""
    if held is None:
        rows = staff.roles.running(at).filter(unit__isnull=False).values_list("role", "unit_id")
        held = [(role, unit) for role, unit in rows if unit is not None]
    units: dict[Act, set[UUID]] = {}
    for role, unit in held:
        for act in MAY[Role(role)]:
            units.setdefault(act, set()).add(unit)
    return [
        NavItem(_(label), reverse(name), count=_waiting(name, staff, units[act]))
        for act, label, name in PAGES
        if act in units
    ]


def _waiting(name: str, staff: Person, units: Collection[UUID]) -> int:
    return waiting_reviews(staff, units) if name == REVIEWS else 0


def waiting_reviews(manager: Person, units: Collection[UUID]) -> int:
    """Emergency accesses at her units that wait for her decision."""
    return EmergencyAccess.objects.of_units(units).undecided(reviewer=manager.pk).count()
