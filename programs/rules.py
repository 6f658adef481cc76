"""Who may come to drafts of programs: the named predicates of the content doors."""

from __future__ import annotations

from typing import Any

from rules.predicates import Predicate

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act, roles_that_may
from ikbt.accounts.rules import has_second_factor, may
from ikbt.common import clock
from programs.models import ProgramPage
from programs.publishing import may_publish, unit_of


def _publishes_for_its_unit(visitor: Person, page: ProgramPage) -> bool:
    return may_publish(visitor, unit_of(page), clock.now())


WORK = (Act.EDIT_PROGRAMS, Act.REVIEW_CLINICALLY, Act.REVIEW_LANGUAGE, Act.PUBLISH_PROGRAMS)


def _works_with_draft_of_its_unit(visitor: Person, page: ProgramPage) -> bool:
    held = {role for act in WORK for role in roles_that_may(act)}
    roles = RoleAssignment.objects.running(clock.now()).of(visitor).filter(role__in=held)
    return roles.filter(unit=unit_of(page)).exists()


def _writes_for_its_unit(visitor: Person, page: ProgramPage) -> bool:
    roles = RoleAssignment.objects.running(clock.now()).of(visitor).that_may(Act.EDIT_PROGRAMS)
    return roles.filter(unit=unit_of(page)).exists()


def _opens_shelf_of_its_unit(visitor: Person, stored: Any) -> bool:
    """By the roles of this moment, not by Wagtail's groups: those are as old as her last visit to the admin."""
    held = {role for act in WORK for role in roles_that_may(act)}
    roles = RoleAssignment.objects.running(clock.now()).of(visitor).filter(role__in=held)
    return roles.filter(unit__slug=stored.collection.name).exists()


# Of a draft's page, and of a picture or document with its collection.
publishes_for_its_unit = Predicate(_publishes_for_its_unit, "publishes_for_its_unit")
opens_shelf_of_its_unit = Predicate(_opens_shelf_of_its_unit, "opens_shelf_of_its_unit")
works_with_draft_of_its_unit = Predicate(_works_with_draft_of_its_unit, "works_with_draft_of_its_unit")
writes_for_its_unit = Predicate(_writes_for_its_unit, "writes_for_its_unit")
writes_draft = has_second_factor & writes_for_its_unit
writes_programs = has_second_factor & may(Act.EDIT_PROGRAMS)
works_with_draft = has_second_factor & works_with_draft_of_its_unit
publishes_draft = has_second_factor & publishes_for_its_unit
opens_draft_file = has_second_factor & opens_shelf_of_its_unit
