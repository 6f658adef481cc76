"""Enrolment: decides that a password and a first factor are taken only with an open invitation, once."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from ikbt.accounts import factors
from ikbt.accounts.inviting import hashed
from ikbt.accounts.models import AuthenticatorApp, Invitation, Passkey, Person, RecoverySheet
from ikbt.accounts.passkey_ceremony import NotTaken
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.accounts.telling import tell
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

SEED_BYTES = 20  # RFC 4226 section 4 recommends 160 bits.


class Closed(ValueError):
    """The invitation was used, is too old, or never existed."""


def open_invitation(token: str, *, at: datetime) -> Invitation:
    """The invitation of a token; raises Closed."""
    found = Invitation.objects.select_related("person").filter(token_hash=hashed(token)).first()
    if found is None or not found.is_open(at) or not found.person.is_active:
        raise Closed("The invitation can't be used.")
    return found


def offer_app(invitation: Invitation, *, by: Actor, at: datetime) -> AuthenticatorApp:
    """The unconfirmed app that the invited person is to scan; the same one until she has confirmed it."""
    with transaction.atomic():
        locked = _lock(invitation, at)
        found = AuthenticatorApp.objects.filter(user=locked.person, confirmed=False).first()
        if found:
            return found
        app = AuthenticatorApp(
            user=locked.person, name="app", confirmed=False, seed=secrets.token_hex(SEED_BYTES), created_at=at
        )
        app.save()
        record(Entry.Action.CREATE, by=by, kind="authenticator app", object_id=app.pk)
    return app


def enrol_app(
    invitation: Invitation, *, password_hash: str, code: str, by: Actor, at: datetime
) -> AuthenticatorApp | None:
    """Take the code; if right, use up the invitation and put password and app in force; else None. Raises Closed."""
    with transaction.atomic():
        locked = _lock(invitation, at)
        app = AuthenticatorApp.objects.filter(user=locked.person, confirmed=False).first()
        if app is None or not app.verify_token(code):
            return None
        _forget_factors(locked.person, but=app)
        app.confirmed = True
        app.save(update_fields=["confirmed"])
        _use_up(locked, password_hash, by=by, at=at)
    return app


def enrol_passkey(
    invitation: Invitation, passkey: Passkey, *, name: str, password_hash: str, by: Actor, at: datetime
) -> Passkey:
    """Use up the invitation and put password and passkey in force; its ceremony has proven it.

    Raises Closed, NotTaken.
    """
    try:
        with transaction.atomic():
            locked = _lock(invitation, at)
            if passkey.user_id != locked.person_id:
                raise NotTaken("passkey made for somebody else")
            factors.refuse_copies(passkey, locked.person, at=at)
            _forget_factors(locked.person)
            passkey.name, passkey.created_at = name, at
            passkey.save()
            record(Entry.Action.CREATE, by=by, kind="passkey", object_id=passkey.pk)
            _use_up(locked, password_hash, by=by, at=at)
    except IntegrityError as wrong:
        raise NotTaken("passkey known already") from wrong
    return passkey


def _forget_factors(person: Person, *, but: AuthenticatorApp | None = None) -> None:
    """Earlier ones stop working: an invitation is also how one comes back after a lost phone."""
    AuthenticatorApp.objects.filter(user=person).exclude(pk=but.pk if but else None).delete()
    Passkey.objects.filter(user=person).delete()
    RecoverySheet.objects.filter(user=person).delete()


def _use_up(locked: Invitation, password_hash: str, *, by: Actor, at: datetime) -> None:
    person = locked.person
    person.password = password_hash
    person.save(update_fields=["password"])
    locked.used_at = at
    locked.save(update_fields=["used_at"])
    record(Entry.Action.CHANGE, by=by, kind="sign-in means", object_id=person.pk, reason="invitation")
    tell(person, "enrolled", key=locked.pk, at=at)
    end_sessions(person.pk)
    end_sockets_on_commit(person.pk)


def _lock(invitation: Invitation, at: datetime) -> Invitation:
    locked = Invitation.objects.select_for_update().get(pk=invitation.pk)
    locked.person = Person.objects.get(pk=locked.person_id)
    if not locked.is_open(at) or not locked.person.is_active:
        raise Closed("The invitation can't be used.")
    return locked
