"""A7, A13: who came by e-ID alone enrols an app of her own, and confirms by e-ID what is sensitive."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ikbt.accounts.models import AuthenticatorApp, Person
from ikbt.common import clock
from tests.ikbt.accounts.conftest import code_of
from tests.ikbt.accounts.electronic_id.conftest import START, Walk


def test_a07_first_enrolment_is_opened_by_an_e_id(klara: Person, walk: Walk) -> None:
    walk.come_back()

    assert walk.client.post("/konto/app/").headers["Location"] == "/konto/app/"
    assert walk.client.get("/konto/app/").status_code == 200
    app = AuthenticatorApp.objects.get(user=klara)
    assert walk.client.post("/konto/app/", {"code": code_of(app)}).status_code == 302

    app.refresh_from_db()
    assert app.confirmed


def test_a07_refused_e_id_enrols_nothing(klara: Person, walk: Walk) -> None:
    walk.come_back({**walk.reply(), "iss": "https://evil.example"})

    assert walk.client.get("/konto/app/").headers["Location"].startswith("/logga-in/")
    walk.client.post("/konto/app/")
    assert not AuthenticatorApp.objects.exists()


def test_a13_after_six_minutes_the_e_id_is_asked_for_again_and_then_the_page_opens(
    klara: Person, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk.come_back()
    later = clock.now() + timedelta(minutes=6)
    monkeypatch.setattr(clock, "now", lambda: later)
    asked = walk.client.get("/konto/app/").content.decode()
    assert f'action="{START}"' in asked
    assert not AuthenticatorApp.objects.exists()

    walk.leave(next="/konto/app/")
    response = walk.come_back()

    assert response.headers["Location"] == "/konto/app/"
    assert walk.client.get("/konto/app/").status_code == 200
    assert walk.client.post("/konto/app/").headers["Location"] == "/konto/app/"
    assert AuthenticatorApp.objects.filter(user=klara).exists()
