"""A person, her code of this moment, and a browser that has given nothing yet."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django_otp.oath import TOTP

from ikbt.accounts.models import AuthenticatorApp, Person
from tests.cast import person

Code = Callable[..., str]


def code_of(app: AuthenticatorApp, steps: int = 0) -> str:
    """The app's code now, or some steps of 30 seconds away."""
    return f"{TOTP(bytes.fromhex(app.seed), drift=steps).token():06d}"


@pytest.fixture
def anna(db: None) -> Person:
    return person("Anna", "Lind")


@pytest.fixture
def app(anna: Person) -> AuthenticatorApp:
    return AuthenticatorApp.objects.get(user=anna)


@pytest.fixture
def code(app: AuthenticatorApp) -> Code:
    """`code()` is Anna's code now; `code(1)` the next."""
    return lambda steps=0: code_of(app, steps)


@pytest.fixture
def browser_page() -> dict[str, str]:
    """Headers of a browser that asks for a page."""
    return {"accept": "text/html,application/xhtml+xml"}


@pytest.fixture
def visitor(browser_page: dict[str, str]) -> Client:
    """A browser; nobody is signed in."""
    return Client(headers=browser_page)
