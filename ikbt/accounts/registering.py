"""Persons: decides how an administrator enters and changes one; the number is checked and kept sealed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def register(person: Person, *, number: str, by: Actor, at: datetime) -> Person:
    """Store a new person without password: she enrols by invitation.

    Raises NotAPersonalNumber, PermissionDenied.
    """
    _only_administrators(by, at)
    if number:
        person.set_number(number)
    person.set_unusable_password()
    with transaction.atomic():
        person.save()
        record(Entry.Action.CREATE, by=by, kind="person", object_id=person.pk)
    return person


def change_person(person: Person, changed: list[str], *, by: Actor, at: datetime) -> Person:
    """Store the named fields; the inactive lose sessions and sockets at once. Raises PermissionDenied."""
    _only_administrators(by, at)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        person.save(update_fields=changed)
        record(Entry.Action.CHANGE, by=by, kind="person", object_id=person.pk, reason=", ".join(changed))
        if not person.is_active:
            end_sessions(person.pk)
            end_sockets_on_commit(person.pk)
    return person


def administers(person_id: UUID | None, at: datetime) -> bool:
    """Holds a role that may administer, now."""
    if person_id is None:
        return False
    return RoleAssignment.objects.running(at).that_may(Act.ADMINISTER).filter(person_id=person_id).exists()


def may_administer(by: Actor, at: datetime) -> bool:
    """An administrator now, or the system itself."""
    return administers(by.id, at) or (by.id is None and by.role == "system")


def _only_administrators(by: Actor, at: datetime) -> None:
    if not may_administer(by, at):
        raise PermissionDenied("Only an administrator enters and changes people.")
