"""Who a session key stands for; decides whether it is alive and verified, and ends all of a person's."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from ikbt.accounts import session_limits
from ikbt.accounts.models import Person, SessionRecord
from ikbt.accounts.signing_in import OWES_PASSKEY
from ikbt.common import clock


def verified_person(session_key: str | None) -> Person | None:
    """The active person signed in with a second factor in this session; None when gone, over or half."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    # get_user checks the backend, that the person is active, and that the password has not changed since.
    person = get_user(request)
    device = Device.from_persistent_id(request.session.get(DEVICE_ID_SESSION_KEY, ""))
    if not isinstance(person, Person) or device is None or OWES_PASSKEY in request.session:
        return None
    if session_limits.seconds_left(request.session, at=clock.now()) <= 0:
        return None
    return person if device.confirmed and device.user_id == person.pk else None


def lasting_id(session_key: str) -> UUID | None:
    """What stays the same when a session gets a new key, as at each step-up; None: not begun by our sign-in."""
    return SessionRecord.objects.filter(session_key=session_key).values_list("pk", flat=True).first()


def person_of(session_key: str, lasting: UUID | None) -> tuple[Person | None, str]:
    """Whoever is verified in a session now, and its key now: under a new key it is the same session still."""
    person = verified_person(session_key)
    if person is not None or lasting is None:
        return person, session_key
    now = SessionRecord.objects.filter(pk=lasting).values_list("session_key", flat=True).first()
    return verified_person(now), now or session_key


def end_sessions(person_id: UUID, *, but: str | None = None) -> int:
    """Delete a person's sessions, wherever they are open, `but` the one of that key; returns how many.

    A session of somebody inactive only sleeps: without this it would work again when she is made active.
    All running sessions are read, since one that our sign-in did not begin has no record; done seldom.
    """
    own = [
        one.pk
        for one in Session.objects.iterator()
        if one.get_decoded().get(SESSION_KEY) == str(person_id) and one.pk != but
    ]
    Session.objects.filter(pk__in=own).delete()
    SessionRecord.objects.filter(person=person_id).exclude(session_key=but or "").delete()
    return len(own)
