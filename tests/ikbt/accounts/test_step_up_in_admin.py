"""A13, A7: giving and ending roles asks for a fresh second factor; an invitation takes back all old factors."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from ikbt.accounts import inviting, recovering, session_limits
from ikbt.accounts.models import AuthenticatorApp, Passkey, Person, RecoverySheet, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from tests.cast import give, person
from tests.conftest import signed_in_client
from tests.ikbt.accounts.conftest import code_of

ADD, LIST = "/django-admin/accounts/roleassignment/add/", "/django-admin/accounts/roleassignment/"
CHOSEN = "fyra ord som rimmar"


@pytest.fixture
def administrator(db: None) -> Person:
    return give(person("Sys", "Admin", is_staff=True), Role.ADMINISTRATOR)


@pytest.fixture
def stale(administrator: Person, browser_page: dict[str, str]) -> Client:
    client = signed_in_client(administrator)
    client.defaults["HTTP_ACCEPT"] = browser_page["accept"]
    session = client.session
    session[session_limits.FRESH] = (clock.now() - timedelta(minutes=6)).timestamp()
    session.save()
    return client


def test_a13_role_is_given_after_the_code_and_the_form_has_waited(
    stale: Client, administrator: Person, anna: Person
) -> None:
    form = {"person": str(anna.pk), "role": "auditor", "unit": ""}

    asked = stale.post(ADD, form)
    given_before = RoleAssignment.objects.filter(person=anna).exists()
    code = code_of(AuthenticatorApp.objects.get(user=administrator))
    held = asked.context["held"]
    waiting = stale.post("/konto/bekrafta/", {"code": code, "next": ADD, "held": held})
    stale.post(ADD, dict(waiting.context["held"].fields))

    assert asked.status_code == 403
    assert not given_before
    assert RoleAssignment.objects.get(person=anna).role == "auditor"


def test_a13_role_is_not_ended_with_an_old_factor(stale: Client, anna: Person) -> None:
    held = give(anna, Role.AUDITOR).roles.get()

    answer = stale.post(LIST, {"action": "end_roles", "_selected_action": str(held.pk)})

    held.refresh_from_db()
    assert answer.status_code == 403
    assert held.ends_at is None


def test_a13_looking_at_roles_asks_nothing(stale: Client) -> None:
    assert stale.get(LIST).status_code == 200


def test_a7_coming_back_by_invitation_takes_back_passkeys_codes_and_sessions(
    anna: Person, visitor: Client
) -> None:
    thief = signed_in_client(anna)
    Passkey.objects.create(user=anna, name="a", credential_id=b"abc", public_key=b"x", aaguid="")
    recovering.new_sheet(anna, by=SYSTEM, at=clock.now())
    token = inviting.invite(anna, by=SYSTEM, at=clock.now())

    visitor.post(f"/inbjudan/{token}/", {"password": CHOSEN, "again": CHOSEN})
    visitor.post(f"/inbjudan/{token}/app/")
    new = AuthenticatorApp.objects.get(user=anna, confirmed=False)
    visitor.post(f"/inbjudan/{token}/app/", {"code": code_of(new)})

    assert not Passkey.objects.exists()
    assert not RecoverySheet.objects.exists()
    assert thief.get("/konto/").status_code == 403
    assert visitor.get("/konto/").status_code == 200
