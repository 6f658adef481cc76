"""A16 and A18: what ends a session ends it everywhere, with its sockets; cookies are the browser's own."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.test import Client

from ikbt.accounts import enrolling, factors, granting, inviting, own_sessions, registering, signing_out
from ikbt.accounts.models import ElectronicIdentity, Passkey, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common import clock
from tests.cast import give, person
from tests.conftest import signed_in_client
from tests.ikbt.accounts.test_socket import socket_of

pytestmark = pytest.mark.django_db(transaction=True)
WITHIN_SECONDS = 5.0


@pytest.fixture
def anna(transactional_db: None) -> Person:
    return person("Anna", "Lind")


@pytest.fixture
def client(anna: Person) -> Client:
    return signed_in_client(anna)


def deactivate(anna: Person, client: Client) -> None:
    anna.is_active = False
    registering.change_person(anna, ["is_active"], by=SYSTEM, at=clock.now())


def give_role(anna: Person, client: Client) -> None:
    granting.grant(Role.AUDITOR, anna, unit=None, by=SYSTEM, at=clock.now())


def end_role(anna: Person, client: Client) -> None:
    held = RoleAssignment.objects.create(person=anna, role=Role.AUDITOR, starts_at=clock.now())
    granting.end_role(held, by=SYSTEM, at=clock.now())


def end_elsewhere(anna: Person, client: Client) -> None:
    own_sessions.end_others(anna, keep=None, by=SYSTEM)


def end_by_administrator(anna: Person, client: Client) -> None:
    sys = give(person("Sys", "Admin"), Role.ADMINISTRATOR)
    own_sessions.end_all_of(anna, by=Actor(id=sys.pk, role="none"), at=clock.now())


def change_factor(anna: Person, client: Client) -> None:
    spare = Passkey.objects.create(user=anna, name="a", credential_id=b"abc", public_key=b"x", aaguid="")
    factors.remove_factor(anna, "passkey", spare.pk, keep_session=None, by=SYSTEM, at=clock.now())


def add_a_factor(anna: Person, client: Client) -> None:
    new = Passkey(user=anna, credential_id=b"new", public_key=b"x", aaguid="", confirmed=True)
    factors.add_passkey(new, name="Ny", keep_session=None, by=SYSTEM, at=clock.now())


def remove_e_id(anna: Person, client: Client) -> None:
    tied = ElectronicIdentity(user=anna, name="x", issuer="https://x.example", created_at=clock.now())
    tied.keep("anna-1")
    tied.save()
    factors.remove_factor(anna, "e-leg", tied.pk, keep_session=None, by=SYSTEM, at=clock.now())


def come_back_by_invitation(anna: Person, client: Client) -> None:
    token = inviting.invite(anna, by=SYSTEM, at=clock.now())
    new = Passkey(user=anna, credential_id=b"new", public_key=b"x", aaguid="", confirmed=True)
    enrolling.enrol_passkey(
        enrolling.open_invitation(token, at=clock.now()),
        new,
        name="Ny",
        password_hash="!",
        by=SYSTEM,
        at=clock.now(),
    )


def new_password_elsewhere(anna: Person, client: Client) -> None:
    there = signed_in_client(anna)
    chosen = "tre glada gröna hästar"
    there.post("/konto/losenord/", {"password": chosen, "again": chosen})


def sign_out(anna: Person, client: Client) -> None:
    client.post("/logga-ut/")


def leave_quickly(anna: Person, client: Client) -> None:
    client.post("/lamna/")


ENDINGS = [
    *(deactivate, give_role, end_role, end_elsewhere, end_by_administrator, change_factor, add_a_factor),
    *(remove_e_id, come_back_by_invitation, new_password_elsewhere, sign_out, leave_quickly),
]


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda ending: ending.__name__)
async def test_a16_http_and_socket_end_within_five_seconds(
    anna: Person,
    client: Client,
    ending: Callable[[Person, Client], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sent: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(signing_out, "send", lambda group, event: sent.append((group, event)))
    opened = socket_of(client)
    assert await opened.connect() == (True, None)
    key = client.session.session_key or ""
    started = time.monotonic()

    await sync_to_async(ending)(anna, client)
    # An in-memory layer does not cross from the test's thread: what was sent on commit goes on from here.
    assert sent
    for group, event in sent:
        await get_channel_layer().group_send(group, event)

    assert await opened.closed_with() == 4401
    assert time.monotonic() - started < WITHIN_SECONDS
    other = Client()
    other.cookies["sessionid"] = key
    assert (await sync_to_async(other.get)("/konto/")).status_code == 403


async def test_a16_reactivated_person_finds_no_sleeping_session(anna: Person, client: Client) -> None:
    await sync_to_async(deactivate)(anna, client)
    await Person.objects.aupdate(is_active=True)

    assert (await sync_to_async(client.get)("/konto/")).status_code == 403


def test_a16_quick_exit_is_logged_and_empties_the_browser(client: Client) -> None:
    response = client.post("/lamna/")

    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert Entry.objects.get(action="sign_out").reason == "quick exit"


COOKIES = """
import django; django.setup()
from django.conf import settings as s
print(s.SESSION_COOKIE_NAME, s.SESSION_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.SESSION_COOKIE_SAMESITE,
      s.SESSION_COOKIE_PATH, s.SESSION_COOKIE_DOMAIN,
      s.CSRF_COOKIE_NAME, s.CSRF_COOKIE_SECURE, s.CSRF_COOKIE_SAMESITE,
      s.OTP_WEBAUTHN_RP_ID, s.OTP_WEBAUTHN_ALLOWED_ORIGINS)
"""


def test_a18_production_cookies_are_bound_to_the_host() -> None:
    """In a process of its own: settings are read once."""
    given = {
        "DJANGO_SETTINGS_MODULE": "ikbt.settings.production",
        "IKBT_SECRET_KEY": "".join(chr(48 + number) for number in range(64)),
        "IKBT_FIELD_KEYS": "a:" + base64.b64encode(bytes(range(32))).decode(),
        "IKBT_INDEX_KEY": "i" * 40,
        "IKBT_AUDIT_ANCHOR_KEY": "".join(chr(48 + number) for number in range(60)),
        "IKBT_HOSTS": "behandling.example.org",
        "IKBT_DATABASE_URL": "sqlite:////tmp/none.sqlite3",
    }
    run = subprocess.run(
        [sys.executable, "-c", COOKIES],
        env={**os.environ, **given},
        capture_output=True,
        text=True,
        check=False,
    )

    assert run.stderr == ""
    assert run.stdout.split() == [
        *("__Host-sessionid", "True", "True", "Lax", "/", "None"),
        *("__Host-csrftoken", "True", "Lax"),
        *("behandling.example.org", "['https://behandling.example.org']"),
    ]


def test_a18_cookies_are_marked_in_every_answer(anna: Person) -> None:
    browser = Client(headers={"accept": "text/html"})
    answer = browser.get("/logga-in/")

    assert answer.cookies["csrftoken"]["samesite"] == "Lax"
    assert all(cookie["samesite"] == "Lax" for cookie in answer.cookies.values())
