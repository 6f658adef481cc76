"""Roles: decides who may give and end them; each change is logged."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
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
    if not _may_grant(by, at):
        raise NotGranted(str(_("Only an administrator gives and ends roles.")))
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=assignment.person_id)
        locked = RoleAssignment.objects.select_for_update().get(pk=assignment.pk)
        if locked.ends_at is not None and locked.ends_at <= at:
            return locked
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
        return _("Nobody gives herself a role.")
    if not _may_grant(by, at):
        return _("Only an administrator gives and ends roles.")
    if role in WITHOUT_UNIT and unit is not None:
        return _("This role belongs to no unit.")
    if role in AT_UNIT and unit is None:
        return _("This role belongs to a unit: choose which.")
    return None


def _may_grant(by: Actor, at: datetime) -> bool:
    if by.id is None:
        return by.role == "system"
    return RoleAssignment.objects.running(at).that_may(Act.ADMINISTER).filter(person_id=by.id).exists()


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
