"""The desk's main menu: decides which pages stand in it, by what a person's running roles may do."""

from __future__ import annotations

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import MAY, Act, Role
from ikbt.common.navigation import NavItem


def menu_of(staff: Person, *, at: datetime) -> list[NavItem]:
    """What she may open, the page she lands on first; one query."""
    acts = acts_of(staff, at=at)
    found = []
    if Act.OPEN_DESK in acts:
        found.append(NavItem(_("Worklist"), reverse("therapist:caseload")))
    if Act.OPEN_IN_EMERGENCY in acts:
        found.append(NavItem(_("Emergency access"), reverse("therapist:emergency")))
    return found


def acts_of(staff: Person, *, at: datetime) -> frozenset[Act]:
    """Everything that her running roles at units may do."""
    held = staff.roles.running(at).filter(unit__isnull=False).values_list("role", flat=True)
    return frozenset(act for role in held for act in MAY[Role(role)])
