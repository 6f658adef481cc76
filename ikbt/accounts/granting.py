"""Roles: decides who may give and end them; each change is logged, and ends the sessions it is about."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.registering import may_administer
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Act, Role
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

WITHOUT_UNIT = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
# A patient's unit is a matter of each treatment; her role may name one or none.
AT_UNIT = frozenset(Role) - WITHOUT_UNIT - {Role.PATIENT}


class NotGranted(ValueError):
    """The role can't be given or ended so; the sentence says why."""


def grant(role: Role, person: Person, *, unit: CareUnit | None, by: Actor, at: datetime) -> RoleAssignment:
    """Give a role from `at` on; a role that runs already is returned as it is. Raises NotGranted."""
    why = refusal(role, person, unit, by=by, at=at)
    if why:
        raise NotGranted(str(why))
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        running = RoleAssignment.objects.of(locked).filter(role=role, unit=unit, ends_at=None).first()
        if running:
            return running
        given = RoleAssignment.objects.create(
            person=locked, role=role, unit=unit, starts_at=at, given_by_id=by.id
        )
        _open_admin(locked, at=at)
        record(Entry.Action.CREATE, by=by, kind="role", object_id=given.pk, reason=f"{role} to {person.pk}")
        _sign_in_anew(locked)
    return given


def end_role(assignment: RoleAssignment, *, by: Actor, at: datetime) -> RoleAssignment:
    """End a role at once; one that has ended stays as it was. Raises NotGranted."""
    if not may_end(assignment, by=by, at=at):
        raise NotGranted(str(_("Only an administrator, or the unit's manager, gives and ends this role.")))
    with transaction.atomic():
        if assignment.unit_id is not None:
            # Two managers who end each other's role in the same moment wait here for one another.
            CareUnit.objects.select_for_update().get(pk=assignment.unit_id)
        person = Person.objects.select_for_update().get(pk=assignment.person_id)
        locked = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        if locked.ends_at is not None and locked.ends_at <= at:
            return locked
        _keep_a_manager(locked, at=at)
        locked.ends_at = at
        locked.save(update_fields=["ends_at"])
        _open_admin(person, at=at)
        record(Entry.Action.CHANGE, by=by, kind="role", object_id=locked.pk, reason=f"{locked.role} ended")
        _sign_in_anew(person)
    return locked


def refusal(
    role: Role, person: Person, unit: CareUnit | None, *, by: Actor, at: datetime
) -> str | Promise | None:
    """Why the role can't be given, in a sentence; None when it can."""
    if by.id == person.pk:
        return _("Nobody gives themselves a role.")
    if not may_administer(by, at):
        return _refusal_to_manager(role, person, unit, by=by, at=at)
    if role in WITHOUT_UNIT and unit is not None:
        return _("This role belongs to no unit.")
    if role in AT_UNIT and unit is None:
        return _("This role belongs to a unit: choose which.")
    return None


def manages(person_id: UUID, unit_id: UUID | None, *, at: datetime) -> bool:
    """Whether she holds a running role that manages the unit."""
    held = RoleAssignment.objects.running(at).that_may(Act.MANAGE_UNIT)
    return held.filter(person=person_id, unit=unit_id).exists()


def may_end(assignment: RoleAssignment, *, by: Actor, at: datetime) -> bool:
    """An administrator any; a manager those that she gives, at her unit, of others."""
    if may_administer(by, at):
        return True
    manager = by.id is not None and manages(by.id, assignment.unit_id, at=at)
    return manager and assignment.role in GIVEN_BY_MANAGER and assignment.person_id != by.id


def is_colleague(person: Person, unit: CareUnit, *, at: datetime) -> bool:
    """Works at some unit of the same care provider, or is new and has never had any role."""
    roles = RoleAssignment.objects.of(person)
    if not roles.exists():
        return True
    return roles.running(at).exclude(role=Role.PATIENT).filter(unit__provider=unit.provider_id).exists()


def _refusal_to_manager(
    role: Role, person: Person, unit: CareUnit | None, *, by: Actor, at: datetime
) -> str | Promise | None:
    if unit is None or by.id is None or not manages(by.id, unit.pk, at=at):
        return _("Only an administrator, or the unit's manager, gives and ends this role.")
    if role not in GIVEN_BY_MANAGER:
        return _("This role is given by an administrator.")
    if not person.is_active or not is_colleague(person, unit, at=at):
        return _("This person can't be given a role here. Ask the system administrator.")
    return None


def _keep_a_manager(ending: RoleAssignment, *, at: datetime) -> None:
    if ending.role != Role.UNIT_MANAGER:
        return
    others = RoleAssignment.objects.running(at).filter(
        role=Role.UNIT_MANAGER, unit=ending.unit_id, person__is_active=True
    )
    if not others.exclude(pk=ending.pk).exists():
        raise NotGranted(
            str(_("The unit's last manager can't be removed: give the role to the next one first."))
        )


def _sign_in_anew(person: Person) -> None:
    """What a session may do was settled when it began: a change of roles ends it, and its sockets."""
    end_sessions(person.pk)
    end_sockets_on_commit(person.pk)


def _open_admin(person: Person, *, at: datetime) -> None:
    """Django's admin asks for is_staff: true exactly while a running role may administer."""
    may = RoleAssignment.objects.of(person).running(at).that_may(Act.ADMINISTER).exists()
    if person.is_staff != may and not person.is_superuser:
        person.is_staff = may
        person.save(update_fields=["is_staff"])
