"""Sign-in: decides who has proven both factors; until then nobody is signed in, not even half."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.db import transaction
from django.http import HttpRequest
from django_otp.models import Device

from ikbt.accounts import guessing, passkey_policy, recovering, session_limits
from ikbt.accounts.browsers import browser_name
from ikbt.accounts.models import AuthenticatorApp, Person, RoleAssignment, SessionRecord
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.client_address import client_address

# The session holds this between password and code; the request's user stays anonymous meanwhile.
PENDING = "sign_in_pending"
PENDING_LASTS = timedelta(minutes=10)
BACKEND = "ikbt.accounts.whose_session.PersonBackend"
# In the session of somebody whose unit demands a passkey that she has not got: it opens her own page alone.
OWES_PASSKEY = "owes_passkey"


class TooManyTries(ValueError):
    """Passwords were tried too often; `wait_seconds` until the next may be."""

    def __init__(self, wait_seconds: int) -> None:
        super().__init__("Too many tries.")
        self.wait_seconds = wait_seconds


class PasskeyDemanded(ValueError):
    """Her unit demands the passkey that she has, and another factor was given."""


@dataclass(frozen=True)
class Tried:
    """Outcome of a code: the device that took it, or how many seconds the next try must wait."""

    device: Device | None
    wait_seconds: int = 0


def take_password(request: HttpRequest, *, email: str, password: str, at: datetime) -> Person | None:
    """Check the first factor and remember for ten minutes that the second is due; None when wrong.

    An unknown address costs the same hashing as a wrong password (Django's authenticate does it).
    Raises TooManyTries, for known and unknown addresses alike.
    """
    address = client_address(request)
    wait = guessing.count_try(email, address, at=at)
    if wait:
        note_refusal(request, None, "too many passwords")
        raise TooManyTries(wait)
    # Names are typed in any case; the stored one is what Django looks up.
    known = Person.objects.filter(email__iexact=email).first()
    person = authenticate(request, username=known.email if known else email, password=password)
    if not isinstance(person, Person):
        note_refusal(request, known, "wrong password")
        return None
    guessing.forgive(email, address, at=at)
    request.session.flush()
    request.session[PENDING] = {"person": str(person.pk), "at": at.isoformat()}
    return person


def pending_person(request: HttpRequest, *, at: datetime) -> Person | None:
    """Who has given a password and owes the code; also an older session without second factor."""
    if request.user.is_authenticated:
        return request.user if isinstance(request.user, Person) else Person.objects.get(pk=request.user.pk)
    waiting = request.session.get(PENDING)
    if not waiting or at - datetime.fromisoformat(waiting["at"]) > PENDING_LASTS:
        return None
    return Person.objects.filter(pk=waiting["person"], is_active=True).first()


def take_code(request: HttpRequest, person: Person, code: str, *, at: datetime) -> Tried:
    """Check the second factor: six digits of an app, or a recovery code.

    Each is good once, and wrong ones make the next try wait longer.
    """
    if len(code) == recovering.CODE_DIGITS:
        sheet = recovering.use_code(person, code, by=actor(request, person, at=at), at=at)
        if sheet is None:
            note_refusal(request, person, "wrong recovery code")
        return Tried(sheet)
    wait = 0
    for device in AuthenticatorApp.objects.filter(user=person, confirmed=True):
        if device.verify_token(code):
            return Tried(device)
        allowed, why = device.verify_is_allowed()
        if not allowed and why and "locked_until" in why:
            wait = max(wait, round((why["locked_until"] - at).total_seconds()))
    note_refusal(request, person, "wrong code")
    return Tried(None, max(wait, 0))


def sign_in(request: HttpRequest, person: Person, device: Device, *, at: datetime, way: str) -> None:
    """Start a verified session under a new key. `way` tells the log how: "password and code", "test e-ID".

    Raises PasskeyDemanded.
    """
    if not person.is_active or not device.confirmed or device.user_id != person.pk:
        raise ValueError("Only an active person's own confirmed device opens a session.")
    policy = passkey_policy.demanded_of(person, at=at)
    owes = not passkey_policy.meets(device, policy)
    if owes and passkey_policy.has_one_that_meets(person, policy):
        note_refusal(request, person, f"{way} where a passkey is demanded")
        raise PasskeyDemanded
    with transaction.atomic():
        record(Entry.Action.SIGN_IN, by=actor(request, person, at=at), kind="session", reason=way)
        # A new session, not a renamed one: nothing from before sign-in lives on.
        request.session.flush()
        person.otp_device = device  # type: ignore[attr-defined]
        login(request, person, backend=BACKEND)
        session_limits.begin(request.session, at=at, staff=_is_staff(person, at))
        if owes:
            request.session[OWES_PASSKEY] = True
        _note_session(request, person, at=at, way=way)


def _is_staff(person: Person, at: datetime) -> bool:
    return RoleAssignment.objects.of(person).running(at).exclude(role=Role.PATIENT).exists()


def _note_session(request: HttpRequest, person: Person, *, at: datetime, way: str) -> None:
    oldest = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SessionRecord.objects.filter(person=person, started_at__lt=oldest).delete()
    SessionRecord.objects.create(
        person=person,
        session_key=request.session.session_key or "",
        started_at=at,
        last_seen_at=at,
        device=browser_name(request.headers.get("User-Agent", "")),
        way=way,
    )


def had_session(request: HttpRequest) -> bool:
    """A session cookie came along but nobody is signed in: it has run out."""
    return settings.SESSION_COOKIE_NAME in request.COOKIES and not request.user.is_authenticated


def actor(request: HttpRequest, person: Person, *, at: datetime) -> Actor:
    """The person with the first role she holds, for rows about her own session."""
    role = RoleAssignment.objects.of(person).running(at).order_by("starts_at").first()
    return Actor(
        id=person.pk,
        role=role.role if role else "none",
        unit=role.unit_id if role else None,
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )


def note_refusal(request: HttpRequest, person: Person | None, reason: str) -> None:
    """Write that somebody was not let in, and why."""
    # The typed address is not written down: people type passwords there by mistake.
    nobody = Actor(
        id=None,
        role="none",
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )
    object_id = person.pk if person else ""
    record(Entry.Action.REFUSED, by=nobody, kind="session", object_id=object_id, reason=reason, granted=False)
