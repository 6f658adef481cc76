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

from ikbt.accounts.models import Person


def verified_person(session_key: str | None) -> Person | None:
    """The active person signed in with a second factor in this session; None when gone, expired or half."""
    if not session_key:
        return None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    # get_user checks the backend, that the person is active, and that the password has not changed since.
    person = get_user(request)
    device = Device.from_persistent_id(request.session.get(DEVICE_ID_SESSION_KEY, ""))
    if not isinstance(person, Person) or device is None:
        return None
    return person if device.confirmed and device.user_id == person.pk else None


def end_sessions(person_id: UUID) -> int:
    """Delete a person's sessions, wherever they are open; returns how many.

    A session of somebody inactive only sleeps: without this it would work again when she is made active.
    Django's table names no person, so all running sessions are read; this is done seldom.
    """
    own = [
        one.pk for one in Session.objects.iterator() if one.get_decoded().get(SESSION_KEY) == str(person_id)
    ]
    Session.objects.filter(pk__in=own).delete()
    return len(own)
