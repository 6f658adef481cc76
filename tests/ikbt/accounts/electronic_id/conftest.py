"""A broker that can be made to lie, and a browser on its way to it and back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from tests.cast import give, person
from tests.openid.forger import CLIENT_ID, CLIENT_SECRET, LOA3, Forger, forging

# From the Swedish Tax Agency's list of test numbers.
KLARAS_NUMBER, OTHER_NUMBER = "198112189876", "191212121212"
START, RETURN = "/e-legitimation/broker/", "/e-legitimation/broker/svar/"


def entry(issuer: str, **changes: Any) -> dict[str, Any]:
    """A whole row of the table: a broker for patients."""
    return {
        "key": "broker",
        "name": {"sv": "BankID", "en": "BankID"},
        "kind": "patient",
        "issuer": issuer,
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "acr_values": LOA3,
        "acr_accepted": [LOA3],
        "amr_accepted": ["bankid", "freja"],
        "claims": {"personal_number": "personalIdentityNumber"},
        "trusts_personal_number": True,
        **changes,
    }


@pytest.fixture(scope="session")
def running_forger() -> Iterator[Forger]:
    with forging() as forger:
        yield forger


@pytest.fixture
def forger(running_forger: Forger) -> Iterator[Forger]:
    """The broker, honest again for each test, and unknown to any cache."""
    fresh = Forger(
        port=running_forger.port, subject={"sub": "klara-1", "personalIdentityNumber": KLARAS_NUMBER}
    )
    vars(running_forger).update(vars(fresh))
    cache.clear()
    yield running_forger
    cache.clear()


@pytest.fixture
def broker(forger: Forger, settings: Settings) -> Forger:
    """The broker, in the table."""
    settings.ELECTRONIC_ID_PLAIN_HTTP = True
    settings.ELECTRONIC_ID_PROVIDERS = [entry(forger.issuer)]
    return forger


@pytest.fixture
def klara(db: None) -> Person:
    """A patient whose personal number is known; she has neither password nor app."""
    made = give(
        Person.objects.create_user("klara@example.org", first_name="Klara", last_name="Holm"), Role.PATIENT
    )
    made.set_number(KLARAS_NUMBER)
    made.save()
    return made


@pytest.fixture
def doctor(db: None) -> Person:
    """A person without personal number and role."""
    return person("Dag", "Otrolig")


@dataclass
class Walk:
    """A browser on its way: out by `leave`, back by `come_back`."""

    forger: Forger
    client: Client
    asked: dict[str, str] = field(default_factory=dict)

    def leave(self, **posted: str) -> Any:
        """Press the button; remembers what the provider is asked."""
        response = self.client.post(START, posted)
        found = re.search(r'href="([^"]*/authorize\?[^"]*)"', response.content.decode())
        if found:
            self.asked = dict(parse_qsl(urlsplit(unescape(found[1])).query))
        return response

    def reply(self) -> dict[str, str]:
        """What an honest provider sends the browser back with."""
        return {
            "code": self.forger.code_for(self.asked),
            "state": self.asked["state"],
            "iss": self.forger.issuer,
        }

    def come_back(self, reply: dict[str, str] | list[tuple[str, str]] | None = None) -> Any:
        """The provider's reply reaches us."""
        query = urlencode(self.reply() if reply is None else reply)
        return self.client.get(f"{RETURN}?{query}")

    def broker_says(self, **claims: Any) -> None:
        """What the broker tells of the one who comes; None leaves a claim out."""
        told = {**self.forger.subject, **claims}
        self.forger.subject = {name: value for name, value in told.items() if value is not None}

    @property
    def signed_in_as(self) -> str | None:
        """The person's id in the session."""
        return self.client.session.get("_auth_user_id")


@pytest.fixture
def walk(broker: Forger, visitor: Client) -> Walk:
    """A browser that has just pressed the broker's button."""
    out = Walk(broker, visitor)
    out.leave()
    return out
