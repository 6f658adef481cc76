"""Invitations: decides who may invite whom, and makes the link that enrols both factors."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from ikbt.accounts.models import Invitation, Person, RoleAssignment
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Act, Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

LASTS = timedelta(days=7)
TOKEN_BYTES = 32


def invite(person: Person, *, by: Actor, at: datetime) -> str:
    """Make an invitation and return its token, kept as a hash alone; older ones stop working.

    Raises PermissionDenied unless `by` is the system, an administrator, or works at the patient's unit.
    """
    if not person.is_active or not may_invite(person, by=by, at=at):
        raise PermissionDenied("This person can't be invited by you.")
    token = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        Invitation.objects.filter(person=person, used_at=None, expires_at__gt=at).update(expires_at=at)
        invitation = Invitation.objects.create(
            person=person, token_hash=hashed(token), given_by_id=by.id, created_at=at, expires_at=at + LASTS
        )
        record(Entry.Action.CREATE, by=by, kind="invitation", object_id=invitation.pk)
    return token


def may_invite(person: Person, *, by: Actor, at: datetime) -> bool:
    """The system and administrators: anyone; desk staff: those who are only patients of their unit; a unit
    manager: a new colleague at her units, as long as that one has never set a password.
    """
    if by.id is None:
        return by.role == "system"
    if by.id == person.pk:
        return False
    own = RoleAssignment.objects.running(at).filter(person_id=by.id)
    if own.that_may(Act.ADMINISTER).exists():
        return True
    desks = set(own.that_may(Act.OPEN_DESK).values_list("unit", flat=True))
    theirs = list(RoleAssignment.objects.running(at).of(person).values_list("role", "unit"))
    if not theirs:
        return False
    if all(role == Role.PATIENT and unit in desks for role, unit in theirs):
        return True
    # Whoever holds the link chooses password and app: never for somebody who has her own already.
    managed = set(own.that_may(Act.MANAGE_UNIT).values_list("unit", flat=True))
    given = all(role in GIVEN_BY_MANAGER and unit in managed for role, unit in theirs)
    return given and not person.has_usable_password()


def hashed(token: str) -> str:
    """SHA-256 in hexadecimal; enough for 256 random bits, which nobody can guess through."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
