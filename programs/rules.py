"""Who may come to drafts of programs: the named predicates of the content doors."""

from __future__ import annotations

from typing import Any

from rules.predicates import Predicate

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor
from ikbt.common import clock
from programs.models import ProgramPage
from programs.publishing import may_publish, unit_of


def _publishes_for_its_unit(visitor: Person, page: ProgramPage) -> bool:
    return may_publish(visitor, unit_of(page), clock.now())


def _edits_for_its_unit(visitor: Person, stored: Any) -> bool:
    """By the roles of this moment, not by Wagtail's groups: those are as old as her last visit to the admin."""
    roles = RoleAssignment.objects.running(clock.now()).of(visitor).that_may(Act.EDIT_PROGRAMS)
    return roles.filter(unit__slug=stored.collection.name).exists()


# Of a draft's page, and of a picture or document with its collection.
publishes_for_its_unit = Predicate(_publishes_for_its_unit, "publishes_for_its_unit")
edits_for_its_unit = Predicate(_edits_for_its_unit, "edits_for_its_unit")
publishes_draft = has_second_factor & publishes_for_its_unit
opens_draft_file = has_second_factor & edits_for_its_unit
