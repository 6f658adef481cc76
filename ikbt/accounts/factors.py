"""A person's own factors: decides how they are added and removed, and that one is always left."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import Http404
from django_otp.models import Device

from ikbt.accounts import passkey_policy
from ikbt.accounts.models import AuthenticatorApp, ElectronicIdentity, Passkey, Person
from ikbt.accounts.passkey_ceremony import NotTaken
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.accounts.telling import tell
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

CAN_BE_COPIED = "passkey can be copied"
SEED_BYTES = 20  # RFC 4226 section 4 recommends 160 bits.
Factor = AuthenticatorApp | Passkey | ElectronicIdentity
# By the word in the address that removes one.
KINDS: dict[str, type[Device]] = {"app": AuthenticatorApp, "passkey": Passkey, "e-leg": ElectronicIdentity}
NAMES = {"app": "authenticator app", "passkey": "passkey", "e-leg": "electronic identity"}


class LastFactor(ValueError):
    """Without this one nobody could sign in any more, or not as the unit demands."""


@dataclass(frozen=True)
class Own:
    """What a person signs in with."""

    apps: list[AuthenticatorApp]
    passkeys: list[Passkey]
    identities: list[ElectronicIdentity]
    has_password: bool

    @property
    def all(self) -> list[Factor]:
        """All kinds."""
        return [*self.apps, *self.passkeys, *self.identities]

    @property
    def ways_in(self) -> list[Factor]:
        """Those that let her in today: an app needs its password, an e-ID a provider that is still connected."""
        issuers = {entry.get("issuer") for entry in settings.ELECTRONIC_ID_PROVIDERS}
        identities = [one for one in self.identities if one.issuer in issuers]
        return [*self.passkeys, *identities, *(self.apps if self.has_password else [])]

    def without(self, factor: Factor) -> list[Factor]:
        """The ways in that are left when this one goes."""
        return [one for one in self.ways_in if one.pk != factor.pk]

    @property
    def spare(self) -> list[Factor]:
        """Those that may go, as far as another way in is left."""
        return [one for one in self.all if self.without(one)]


def own_factors(person: Person) -> Own:
    """Confirmed ones, oldest first; recovery codes are for emergencies and do not count."""
    apps, passkeys, identities = (
        kind.objects.filter(user=person, confirmed=True).order_by("created_at")
        for kind in (AuthenticatorApp, Passkey, ElectronicIdentity)
    )
    return Own(list(apps), list(passkeys), list(identities), person.has_usable_password())


def refuse_copies(passkey: Passkey, person: Person, *, at: datetime) -> None:
    """Raises NotTaken where her unit asks for a passkey bound to one device and this one can be copied."""
    policy = passkey_policy.demanded_of(person, at=at)
    if policy == passkey_policy.Policy.DEVICE_BOUND and not passkey.device_bound:
        raise NotTaken(CAN_BE_COPIED)


def add_passkey(passkey: Passkey, *, name: str, keep_session: str | None, by: Actor, at: datetime) -> Passkey:
    """Store a passkey that its ceremony has proven; all her other sessions end. Raises NotTaken."""
    person = passkey.user
    refuse_copies(passkey, person, at=at)
    passkey.name, passkey.created_at = name, at
    try:
        with transaction.atomic():
            Person.objects.select_for_update().get(pk=person.pk)
            passkey.save()
            record(Entry.Action.CREATE, by=by, kind="passkey", object_id=passkey.pk)
            _changed(person, f"passkey added:{passkey.pk}", keep_session, at)
    except IntegrityError as wrong:
        raise NotTaken("passkey known already") from wrong
    return passkey


def offer_second_app(person: Person, *, by: Actor, at: datetime) -> AuthenticatorApp:
    """Make the unconfirmed app to scan; the same one until it is confirmed."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        found = AuthenticatorApp.objects.filter(user=person, confirmed=False).first()
        if found:
            return found
        app = AuthenticatorApp(
            user=person, name="app", confirmed=False, seed=secrets.token_hex(SEED_BYTES), created_at=at
        )
        app.save()
        record(Entry.Action.CREATE, by=by, kind="authenticator app", object_id=app.pk)
    return app


def offered_app(person: Person) -> AuthenticatorApp | None:
    """The one that waits for its first code."""
    return AuthenticatorApp.objects.filter(user=person, confirmed=False).first()


def confirm_second_app(
    person: Person, code: str, *, keep_session: str | None, by: Actor, at: datetime
) -> AuthenticatorApp | None:
    """Put the offered app in force when the code is its own; None when not. All her other sessions end."""
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        app = AuthenticatorApp.objects.filter(user=person, confirmed=False).first()
        if app is None or not app.verify_token(code):
            return None
        app.confirmed = True
        app.save(update_fields=["confirmed"])
        record(Entry.Action.CHANGE, by=by, kind="authenticator app", object_id=app.pk, reason="confirmed")
        _changed(person, f"app added:{app.pk}", keep_session, at)
    return app


def remove_factor(
    person: Person, kind: str, factor_id: UUID, *, keep_session: str | None, by: Actor, at: datetime
) -> None:
    """Remove an app, passkey or e-ID of hers; all her other sessions end, and this one if it came by it.

    Raises LastFactor; Http404 for what isn't hers.
    """
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        own = own_factors(person)
        found = next((one for one in own.all if _is(one, kind, factor_id)), None)
        if found is None:
            raise Http404
        _may_go(found, own, person, at)
        found.delete()
        record(Entry.Action.DELETE, by=by, kind=NAMES[kind], object_id=factor_id)
        _changed(person, f"{kind} removed:{factor_id}", keep_session, at)


def _is(factor: Factor, kind: str, factor_id: UUID) -> bool:
    return isinstance(factor, KINDS.get(kind, ())) and factor.pk == factor_id


def _may_go(found: Factor, own: Own, person: Person, at: datetime) -> None:
    left = own.without(found)
    policy = passkey_policy.demanded_of(person, at=at)
    was_enough = any(passkey_policy.meets(one, policy) for one in [found, *left])
    if not left or (was_enough and not any(passkey_policy.meets(one, policy) for one in left)):
        raise LastFactor("One way to sign in must be left.")


def _changed(person: Person, what: str, keep_session: str | None, at: datetime) -> None:
    name, _, key = what.partition(":")
    tell(person, name, key=key, at=at)
    end_sessions(person.pk, but=keep_session)
    end_sockets_on_commit(person.pk)
