"""The way out: what the provider is asked, and what the browser is shown."""

from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client, RequestFactory
from pytest_django import Settings

from ikbt.accounts.electronic_id.starting import LONGEST_HELD, PENDING, has_state, take_pending
from tests.ikbt.accounts.electronic_id.conftest import RETURN, START, Walk, entry
from tests.openid.forger import CLIENT_ID, LOA3, Forger

pytestmark = pytest.mark.django_db


def test_a11_question_holds_state_nonce_challenge_level_and_age(walk: Walk) -> None:
    pending = walk.client.session[PENDING]
    digest = hashlib.sha256(pending["verifier"].encode()).digest()

    assert walk.asked == {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"http://testserver{RETURN}",
        "scope": "openid",
        "state": pending["state"],
        "nonce": pending["nonce"],
        "acr_values": LOA3,
        "max_age": "300",
        "code_challenge": urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    assert len({pending["state"], pending["nonce"], pending["verifier"]}) == 3
    assert min(len(pending[name]) for name in ("state", "nonce", "verifier")) >= 43


def test_each_question_is_new(walk: Walk) -> None:
    first = walk.asked
    walk.leave()

    assert not {first[name] for name in ("state", "nonce", "code_challenge")} & set(walk.asked.values())


def test_after_a_refusal_the_provider_must_ask_anew(walk: Walk) -> None:
    """It may keep people signed in, at a level that is too low, and would give the same reply for ever."""
    assert "prompt" not in walk.asked
    walk.come_back({**walk.reply(), "iss": "https://evil.example"})

    walk.leave()

    assert walk.asked["prompt"] == "login"


def test_robot_at_the_return_address_gets_no_session(broker: Forger, visitor: Client) -> None:
    assert visitor.get(RETURN).status_code == 403

    assert not visitor.cookies.get("sessionid")


def test_parameters_of_the_table_go_along(walk: Walk, settings: Settings) -> None:
    settings.ELECTRONIC_ID_PROVIDERS = [
        entry(walk.forger.issuer, parameters={"ui_locales": "sv", "prompt": "consent"}, acr_values="")
    ]
    walk.leave()

    assert (walk.asked["ui_locales"], walk.asked["prompt"]) == ("sv", "consent")
    assert "acr_values" not in walk.asked


def test_page_refreshes_to_the_provider_and_is_stored_nowhere(walk: Walk) -> None:
    response = walk.leave()

    assert response.headers["Refresh"].startswith(f"0; url={walk.forger.issuer}/authorize?")
    assert response.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in response.headers["Content-Security-Policy"]
    assert "Du är på väg till BankID" in response.content.decode()


def test_starting_takes_a_post_with_token(broker: Forger, browser_page: dict[str, str]) -> None:
    strict = Client(enforce_csrf_checks=True, headers=browser_page)

    assert strict.get(START).status_code == 405
    assert strict.post(START).status_code == 403
    assert PENDING not in strict.session


@pytest.mark.parametrize("path", ["/e-legitimation/other/", "/e-legitimation/other/svar/"])
def test_provider_that_is_not_in_the_table_does_not_exist(broker: Forger, visitor: Client, path: str) -> None:
    response = visitor.get(path) if path.endswith("svar/") else visitor.post(path)

    assert response.status_code == 404


def test_sign_in_page_has_a_button_for_each_provider(
    broker: Forger, settings: Settings, visitor: Client
) -> None:
    siths = entry(broker.issuer, key="siths", name={"sv": "SITHS-kort", "en": "SITHS card"})
    settings.ELECTRONIC_ID_PROVIDERS = [entry(broker.issuer), siths]

    page = visitor.get("/logga-in/?next=/behandling/").content.decode()

    assert "Logga in med BankID" in page
    assert "Logga in med SITHS-kort" in page
    assert page.count('name="next" value="/behandling/"') >= 3
    assert broker.called == []


def test_sign_in_page_has_no_such_button_without_a_table(visitor: Client) -> None:
    assert "e-legitimation" not in visitor.get("/logga-in/").content.decode()


def test_text_too_long_to_carry_stays_in_the_page(walk: Walk) -> None:
    walk.client.session.flush()
    held = '[["text", "' + "ord " * (LONGEST_HELD // 4) + '"]]'

    response = walk.client.post(START, {"next": "/behandling/", "held": held})

    assert response.status_code == 403
    assert "ord ord ord" in response.content.decode()
    assert PENDING not in walk.client.session


def test_a11_of_two_replies_at_once_one_finds_the_sign_in(walk: Walk) -> None:
    """Both requests have read the session before either has taken the sign-in out of it."""
    both = [RequestFactory().get(RETURN), RequestFactory().get(RETURN)]
    for request in both:
        request.session = SessionStore(walk.client.session.session_key)
        assert has_state(request, walk.asked["state"])

    assert [take_pending(request) is not None for request in both] == [True, False]


def test_held_text_of_another_key_ring_is_lost_but_the_sign_in_is_not(walk: Walk, settings: Settings) -> None:
    walk.leave(held='[["text", "Jag gick ut en stund."]]', next="/behandling/")
    settings.FIELD_KEYS = ["new:" + b64encode(b"1" * 32).decode()]
    request = RequestFactory().get(RETURN)
    request.session = SessionStore(walk.client.session.session_key)

    pending = take_pending(request)

    assert pending is not None
    assert (pending.held, pending.path) == ("", "/behandling/")
