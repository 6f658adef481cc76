"""The whole way with a provider that others wrote: the npm package oidc-provider in a process of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.audit.models import Entry
from tests.ikbt.accounts.electronic_id.conftest import KLARAS_NUMBER, OTHER_NUMBER, RETURN, START, entry
from tests.openid.forger import CLIENT_ID, CLIENT_SECRET, LOA2, LOA3
from tests.openid.stand_in import standing_in

PEOPLE: dict[str, dict[str, Any]] = {
    "klara": {"personalIdentityNumber": KLARAS_NUMBER, "email": "klara@example.org"},
    # The same e-mail address, another human being.
    "thief": {"personalIdentityNumber": OTHER_NUMBER, "email": "klara@example.org"},
}


@pytest.fixture(scope="module")
def running() -> Iterator[str]:
    """The issuer of a provider that knows two people."""
    client = (CLIENT_ID, CLIENT_SECRET)
    with standing_in(people=PEOPLE, redirect_uri=f"http://testserver{RETURN}", client=client) as issuer:
        yield issuer


@pytest.fixture
def issuer(running: str, settings: Settings) -> Iterator[str]:
    """The provider, in the table."""
    settings.ELECTRONIC_ID_PLAIN_HTTP = True
    settings.ELECTRONIC_ID_PROVIDERS = [entry(running)]
    cache.clear()
    yield running
    cache.clear()


def walk_to(visitor: Client, **chosen: str) -> str:
    """Press our button, choose at the provider; the address that the provider sends the browser back to."""
    left = visitor.post(START)
    refresh = left.headers["Refresh"].removeprefix("0; url=")
    with requests.Session() as there:
        page = there.get(refresh, timeout=10)
        action = re.search(r'action="([^"]+)"', page.text)
        assert action, page.text
        response = there.post(urljoin(page.url, action[1]), data=chosen, timeout=10, allow_redirects=False)
        while response.is_redirect and "testserver" not in response.headers["Location"]:
            response = there.get(
                urljoin(response.url, response.headers["Location"]), timeout=10, allow_redirects=False
            )
    return response.headers["Location"]


def come_back(visitor: Client, address: str) -> int:
    """The browser follows the provider's redirect."""
    parts = urlsplit(address)
    return visitor.get(f"{parts.path}?{parts.query}").status_code


def test_a11_good_reply_at_loa3_signs_in_and_again_as_the_same(
    issuer: str, klara: Person, visitor: Client
) -> None:
    for _ in range(2):
        assert come_back(visitor, walk_to(visitor, person="klara", acr=LOA3)) == 302
        assert visitor.session["_auth_user_id"] == str(klara.pk)

    assert ElectronicIdentity.objects.get().user == klara
    assert Entry.objects.filter(action="sign_in", reason="e-ID broker").count() == 2


def test_a11_lower_level_than_asked_for_is_refused(issuer: str, klara: Person, visitor: Client) -> None:
    """The provider signs in at LoA2 although LoA3 was asked for: what we send is a wish."""
    assert come_back(visitor, walk_to(visitor, person="klara", acr=LOA2)) == 403

    assert "_auth_user_id" not in visitor.session
    assert Entry.objects.refused().get().reason == "e-ID broker: level (acr) not accepted"


def test_a12_same_mail_address_opens_nothing(issuer: str, klara: Person, visitor: Client) -> None:
    assert come_back(visitor, walk_to(visitor, person="thief", acr=LOA3)) == 403

    assert Entry.objects.refused().get().reason == "e-ID broker: nobody here has this personal number"


def test_cancelling_is_answered_kindly_and_logged(issuer: str, klara: Person, visitor: Client) -> None:
    assert come_back(visitor, walk_to(visitor, cancel="1")) == 403

    assert Entry.objects.refused().get().reason == "e-ID broker: provider said access_denied"


def test_a11_code_is_exchanged_once(issuer: str, klara: Person, visitor: Client) -> None:
    address = walk_to(visitor, person="klara", acr=LOA3)
    come_back(visitor, address)
    visitor.post("/logga-ut/")

    assert come_back(visitor, address) == 403
    assert Entry.objects.refused().get().reason == "e-ID broker: state is not of this browser"


def test_a11_code_of_another_browser_is_stopped_by_the_verifier(
    issuer: str, klara: Person, visitor: Client, browser_page: dict[str, str]
) -> None:
    """The thief puts the code that he got as himself, or stole, into the victim's own reply."""
    stolen = re.search(r"code=([^&]+)", walk_to(visitor, person="klara", acr=LOA3))
    thief = Client(headers=browser_page)
    his = walk_to(thief, person="thief", acr=LOA3)
    assert stolen

    assert come_back(thief, re.sub(r"code=[^&]+", f"code={stolen[1]}", his)) == 403

    assert "_auth_user_id" not in thief.session
    assert Entry.objects.refused().get().reason == "e-ID broker: code was not exchanged"
