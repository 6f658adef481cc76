"""A7, A13, A16: one's own e-IDs are seen and removed like other factors, and the last way in stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from ikbt.accounts import factors, session_limits
from ikbt.accounts.models import AuthenticatorApp, ElectronicIdentity, Passkey, Person
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.outbox.models import Notice
from tests.conftest import signed_in_client
from tests.ikbt.accounts.electronic_id.conftest import Walk
from tests.openid.forger import Forger


def identity_of(person: Person, issuer: str, subject: str = "anna-1") -> ElectronicIdentity:
    made = ElectronicIdentity(user=person, name="broker", issuer=issuer, created_at=clock.now())
    made.keep(subject)
    made.save()
    return made


def address(identity: ElectronicIdentity) -> str:
    return f"/konto/e-leg/{identity.pk}/ta-bort/"


@pytest.fixture
def own(anna: Person, broker: Forger) -> ElectronicIdentity:
    return identity_of(anna, broker.issuer)


@pytest.fixture
def here(anna: Person, browser_page: dict[str, str]) -> Client:
    """Anna, signed in with her app a moment ago."""
    client = signed_in_client(anna)
    client.defaults["HTTP_ACCEPT"] = browser_page["accept"]
    return client


def test_a7_own_e_ids_are_listed_by_the_name_that_people_know(here: Client, own: ElectronicIdentity) -> None:
    page = here.get("/konto/").content.decode()

    assert "BankID" in page
    assert f'action="{address(own)}"' in page
    assert "anna-1" not in page


def test_a7_a16_removed_e_id_is_gone_logged_told_and_ends_all_other_sessions(
    here: Client, own: ElectronicIdentity, anna: Person
) -> None:
    there = signed_in_client(anna)

    here.post(address(own))

    assert not ElectronicIdentity.objects.exists()
    row = Entry.objects.get(action="delete")
    assert (row.object_kind, row.object_id) == ("electronic identity", str(own.pk))
    assert Notice.objects.get().kind == Notice.Kind.SIGN_IN_CHANGED
    assert there.get("/konto/").status_code == 403
    assert here.get("/konto/").status_code == 200


def test_a13_removing_an_e_id_asks_for_the_factor_again(here: Client, own: ElectronicIdentity) -> None:
    session = here.session
    session[session_limits.FRESH] = (clock.now() - timedelta(minutes=6)).timestamp()
    session.save()

    assert 'action="/konto/bekrafta/"' in here.post(address(own)).content.decode()
    assert ElectronicIdentity.objects.exists()


def test_a7_other_peoples_e_id_is_missing(here: Client, own: ElectronicIdentity, klara: Person) -> None:
    foreign = identity_of(klara, own.issuer, "klara-1")

    assert here.post(address(foreign)).status_code == 404
    assert ElectronicIdentity.objects.filter(pk=foreign.pk).exists()


def test_a7_only_e_id_stays_and_so_does_it_beside_an_app_without_password(klara: Person, walk: Walk) -> None:
    walk.come_back()
    only = ElectronicIdentity.objects.get(user=klara)
    walk.client.post(address(only))
    assert f'action="{address(only)}"' not in walk.client.get("/konto/").content.decode()

    # An app is asked for after a password, and she has none.
    AuthenticatorApp.objects.create(user=klara, name="app", confirmed=True, seed="00" * 20)
    walk.client.post(address(only))

    assert ElectronicIdentity.objects.filter(pk=only.pk).exists()


def test_a7_session_that_came_by_the_removed_e_id_ends_too(klara: Person, walk: Walk) -> None:
    walk.come_back()
    Passkey.objects.create(
        user=klara, name="a", credential_id=b"abc", public_key=b"x", aaguid="", confirmed=True
    )

    walk.client.post(address(ElectronicIdentity.objects.get(user=klara)))

    assert not ElectronicIdentity.objects.exists()
    assert walk.client.get("/konto/").headers["Location"].startswith("/logga-in/")


def test_a7_e_id_of_a_provider_that_is_gone_is_no_way_in(anna: Person, broker: Forger) -> None:
    identity_of(anna, "https://closed.example")
    app = AuthenticatorApp.objects.get(user=anna)

    own = factors.own_factors(anna)

    assert own.ways_in == [app]
    assert app not in own.spare
    assert own.spare == own.identities
