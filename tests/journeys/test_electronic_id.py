"""A patient signs in by e-ID in a real browser: out to the provider and back, under the strict policy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from tests.cast import Cast
from tests.design.screen_checks import axe_findings
from tests.journeys.conftest import Open
from tests.journeys.stage import offstage
from tests.openid.forger import CLIENT_ID, CLIENT_SECRET, LOA2, LOA3
from tests.openid.stand_in import standing_in

# From the Swedish Tax Agency's list of test numbers.
ANNAS_NUMBER = "198112189876"
CLAIM = "personalIdentityNumber"


@pytest.fixture
def provider(server: str, settings: LazySettings) -> Iterator[str]:
    """The stand-in, in the table as BankID, and knowing where this server lives."""
    client, people = (CLIENT_ID, CLIENT_SECRET), {"anna": {CLAIM: ANNAS_NUMBER}}
    return_url = f"{server}/e-legitimation/bankid/svar/"
    with standing_in(people=people, redirect_uri=return_url, client=client) as issuer:
        settings.ELECTRONIC_ID_PLAIN_HTTP = True
        settings.ELECTRONIC_ID_PROVIDERS = [entry(issuer)]
        cache.clear()
        yield issuer
    cache.clear()


def entry(issuer: str) -> dict[str, Any]:
    """A broker for patients."""
    return {
        "key": "bankid",
        "name": {"sv": "BankID", "en": "BankID"},
        "kind": "patient",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "acr_values": LOA3,
        "acr_accepted": [LOA3],
        "claims": {"personal_number": CLAIM},
        "trusts_personal_number": True,
    }


@pytest.fixture
def anna(played: Cast) -> Person:
    """The patient; her personal number is known."""

    def known() -> None:
        played.anna.set_number(ANNAS_NUMBER)
        played.anna.save()

    offstage(known)
    return played.anna


def to_the_provider(page: Page, provider: str) -> None:
    """From our sign-in page, through the button, to the provider's own page."""
    page.goto("/logga-in/?next=/behandling/")
    page.get_by_role("button", name="Logga in med BankID").click()
    expect(page).to_have_title("E-ID")
    assert page.url.startswith(provider)


def test_patient_signs_in_by_e_id(provider: str, anna: Person, opened: Open) -> None:
    page = opened(None)
    to_the_provider(page, provider)

    page.get_by_role("button", name="anna").click()

    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()
    assert "/behandling/" in page.url
    assert offstage(Entry.objects.get, action="sign_in").actor == anna.pk


def test_refused_patient_reads_what_to_do_and_may_try_again(
    provider: str, anna: Person, opened: Open
) -> None:
    page = opened(None)
    to_the_provider(page, provider)
    page.fill("input[name=acr]", LOA2)
    page.get_by_role("button", name="anna").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggningen gick inte")
    assert axe_findings(page) == []

    page.get_by_role("button", name="Logga in med BankID").click()
    expect(page).to_have_title("E-ID")
    page.get_by_role("button", name="anna").click()

    expect(page.locator("form[action$='/logga-ut/']")).to_be_visible()
