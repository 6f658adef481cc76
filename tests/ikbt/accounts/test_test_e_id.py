"""The test e-ID signs in whom one chooses, and does not exist outside the demo."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import reload
from types import ModuleType

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.urls import clear_url_caches
from pytest_django import Settings

from ikbt.accounts import urls
from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from tests.cast import give, person


def load_routes() -> None:
    """Read the routes anew, as a server does that starts with these settings."""
    reload(urls)
    root: ModuleType | None = sys.modules.get(django_settings.ROOT_URLCONF)
    if root is not None:
        reload(root)
    clear_url_caches()


@pytest.fixture
def demo(settings: Settings) -> Iterator[None]:
    """Routes of the demo profile for the time of one test."""
    settings.TEST_E_ID = True
    load_routes()
    yield
    settings.TEST_E_ID = False
    load_routes()


@pytest.fixture
def kim(db: None) -> Person:
    return give(person("Kim", "Ek"), Role.THERAPIST)


@pytest.mark.parametrize("method", ["get", "post"])
def test_there_is_no_such_page_outside_the_demo(kim: Person, visitor: Client, method: str) -> None:
    response = getattr(visitor, method)("/test-e-id/", {"person": kim.pk})

    assert response.status_code in {403, 404}
    assert "_auth_user_id" not in visitor.session


def test_route_left_over_by_mistake_still_refuses(
    demo: None, settings: Settings, kim: Person, visitor: Client
) -> None:
    settings.TEST_E_ID = False

    assert visitor.post("/test-e-id/", {"person": kim.pk}).status_code == 404
    assert "_auth_user_id" not in visitor.session


def test_chosen_person_is_signed_in_with_her_own_app(demo: None, kim: Person, visitor: Client) -> None:
    response = visitor.post("/test-e-id/", {"person": kim.pk, "next": "https://evil.example/"})

    assert response.headers["Location"] == "/start/"
    assert visitor.session["otp_device_id"] == AuthenticatorApp.objects.get(user=kim).persistent_id
    assert Entry.objects.get(action="sign_in").reason == "test e-ID"


def test_page_lists_people_by_role_and_says_what_it_is(demo: None, kim: Person, visitor: Client) -> None:
    page = visitor.get("/test-e-id/", headers={"accept-language": "en"}).content.decode()

    assert "Test e-ID – only in the demo" in page
    assert "Therapist" in page
    assert f'value="{kim.pk}"' in page


def test_sign_in_points_there_in_the_demo_alone(
    db: None, demo: None, settings: Settings, visitor: Client
) -> None:
    assert 'href="/test-e-id/' in visitor.get("/logga-in/").content.decode()

    settings.TEST_E_ID = False
    assert 'href="/test-e-id/' not in visitor.get("/logga-in/").content.decode()


def test_person_without_a_confirmed_app_is_neither_listed_nor_signed_in(
    demo: None, kim: Person, visitor: Client
) -> None:
    AuthenticatorApp.objects.update(confirmed=False)

    assert str(kim.pk) not in visitor.get("/test-e-id/").content.decode()
    assert visitor.post("/test-e-id/", {"person": kim.pk}).status_code == 404


@pytest.mark.parametrize("chosen", ["", "x", "00000000-0000-0000-0000-000000000000"])
def test_invented_person_signs_nobody_in(demo: None, db: None, visitor: Client, chosen: str) -> None:
    response = visitor.post("/test-e-id/", {"person": chosen})

    assert response.status_code in {200, 404}
    assert "_auth_user_id" not in visitor.session


def test_somebody_beyond_the_first_twelve_is_found_by_name(db: None, demo: None, visitor: Client) -> None:
    for number in range(13):
        give(person("Nils", f"Nummer{number:02}"), Role.PATIENT)

    page = visitor.get("/test-e-id/").content.decode()
    found = visitor.post("/test-e-id/", {"namn": "nils nummer12"}).content.decode()

    assert "Nils Nummer12" not in page
    assert "1 till, hittas med namnet." in page
    assert "Nils Nummer12" in found
    assert "Nummer11" not in found
