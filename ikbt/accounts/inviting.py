"""Invitations: decides who may invite whom, and makes the link that enrols both factors."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django_otp.models import Device

from ikbt.accounts.models import (
    AuthenticatorApp,
    ElectronicIdentity,
    Invitation,
    Passkey,
    Person,
    RoleAssignment,
)
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
    manager: a new colleague at her units, as long as that one has no way to sign in.
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
    managed = set(own.that_may(Act.MANAGE_UNIT).values_list("unit", flat=True))
    return _is_new_at(managed, person, theirs)


def _is_new_at(units: Collection[Any], person: Person, roles: Sequence[tuple[str, Any]]) -> bool:
    """Holds nothing but what a manager of these units has given her, and has no way of her own to sign in yet.

    Whoever holds the link chooses how one signs in: it is never made for somebody who has chosen already.
    """
    if not all(role in GIVEN_BY_MANAGER and unit in units for role, unit in roles):
        return False
    ways: tuple[type[Device], ...] = (AuthenticatorApp, Passkey, ElectronicIdentity)
    return not person.has_usable_password() and not any(
        way.objects.filter(user=person, confirmed=True).exists() for way in ways
    )


def hashed(token: str) -> str:
    """SHA-256 in hexadecimal; enough for 256 random bits, which nobody can guess through."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()
