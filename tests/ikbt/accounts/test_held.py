"""A form that comes after the session has ended is carried through sign-in; nothing typed is lost."""

from __future__ import annotations

import json

import pytest
from django.contrib.sessions.models import Session
from django.http import QueryDict
from django.test import Client
from django.utils.html import escape

from ikbt.accounts import held
from ikbt.accounts.models import Person
from tests.cast import PASSWORD
from tests.ikbt.accounts.conftest import Code

TEXT = 'Jag skrev <länge> & "väl".\nKANARIE'


def test_late_form_answers_with_sign_in_that_holds_the_text(db: None, visitor: Client) -> None:
    response = visitor.post("/behandling/", {"body": TEXT, "csrfmiddlewaretoken": "x"})

    assert response.status_code == 403
    assert response.headers["Cache-Control"] == "no-store"
    assert escape(json.dumps([["body", TEXT]], ensure_ascii=False)) in response.content.decode()


def test_text_comes_through_both_factors_and_waits_to_be_sent(
    visitor: Client, anna: Person, code: Code
) -> None:
    kept = json.dumps([["body", TEXT], ["key", "abc"]])
    step = {"next": "/behandling/", "held": kept}

    asked = visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD, **step})
    shown = visitor.post("/logga-in/kod/", {"code": code(), **step})

    assert escape(kept) in asked.content.decode()
    page = shown.content.decode()
    assert 'action="/behandling/"' in page
    assert (
        f'<textarea name="body" hidden aria-hidden="true" tabindex="-1">\n{escape(TEXT)}</textarea>' in page
    )


def test_wrong_password_and_wrong_code_lose_nothing(visitor: Client, anna: Person) -> None:
    step = {"next": "/behandling/", "held": json.dumps([["body", TEXT]])}

    wrong = visitor.post("/logga-in/", {"email": anna.email, "password": "x", **step})
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD, **step})
    refused = visitor.post("/logga-in/kod/", {"code": "000000", **step})

    assert "KANARIE" in wrong.content.decode()
    assert "KANARIE" in refused.content.decode()


def test_held_text_never_lies_in_the_session_table(visitor: Client, anna: Person, code: Code) -> None:
    step = {"next": "/behandling/", "held": json.dumps([["body", "KANARIE"]])}
    visitor.post("/behandling/", {"body": "KANARIE"})
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD, **step})
    visitor.post("/logga-in/kod/", {"code": code(), **step})

    assert all("KANARIE" not in json.dumps(session.get_decoded()) for session in Session.objects.all())


def test_passwords_and_tokens_are_not_held() -> None:
    post = QueryDict("a=1&a=2&password=p&code=c&csrfmiddlewaretoken=t")

    assert json.loads(held.take(post)) == [["a", "1"], ["a", "2"]]


@pytest.mark.parametrize("text", ["", "{", "[1]", '[["a"]]', '[["a", 1]]', '[["a", {"b": 1}]]', "null"])
def test_what_is_not_a_held_form_is_refused(text: str) -> None:
    with pytest.raises(held.Unreadable):
        held.give_back("/", text)


def test_forged_held_form_ends_at_the_start(visitor: Client, anna: Person, code: Code) -> None:
    visitor.post("/logga-in/", {"email": anna.email, "password": PASSWORD})

    response = visitor.post("/logga-in/kod/", {"code": code(), "next": "/behandling/", "held": "{broken"})

    assert response.headers["Location"] == "/start/"


def test_hundred_thousand_characters_and_a_lone_surrogate_pass(db: None, visitor: Client) -> None:
    body = b"body=" + b"x" * 100_000 + b"%ED%A0%80"

    response = visitor.post("/behandling/", body, content_type="application/x-www-form-urlencoded")

    assert response.status_code == 403
    assert "x" * 100_000 in response.content.decode()
