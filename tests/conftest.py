"""Fixtures of the whole suite: the cast, and clients that are signed in with a second factor."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import translation
from django_otp import DEVICE_ID_SESSION_KEY

from ikbt.accounts import session_limits
from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.common import clock
from tests.cast import Cast, gather

SignIn = Callable[[Person], Client]
pytest_plugins = ["tests.machine", "tests.turns"]


@pytest.fixture(autouse=True)
def in_swedish() -> None:
    """Each test begins in the default language: a page asked for in English leaves its thread so."""
    translation.deactivate()


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody, with Anna in treatment with Tove."""
    return gather()


def signed_in_client(person: Person) -> Client:
    """A client whose session has a verified second factor."""
    client = Client()
    client.force_login(person)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = AuthenticatorApp.objects.get(user=person).persistent_id
    session_limits.begin(session, at=clock.now(), staff=True)
    session.save()
    return client


@pytest.fixture
def signed_in() -> SignIn:
    """`signed_in(person)`: a client with password and second factor given."""
    return signed_in_client


@pytest.fixture
def anna_client(cast: Cast) -> Client:
    """The patient's browser."""
    return signed_in_client(cast.anna)


@pytest.fixture
def tove_client(cast: Cast) -> Client:
    """Her therapist's browser."""
    return signed_in_client(cast.tove)
