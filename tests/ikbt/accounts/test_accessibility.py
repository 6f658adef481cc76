"""W2: the accessibility statement is open to all, reports reach a human, and sign-in takes paste and managers."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import LazySettings
from django.core import mail
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import url

pytestmark = pytest.mark.django_db
PAGE = "/tillganglighet/"


@pytest.fixture
def contact(settings: LazySettings) -> str:
    settings.ACCESSIBILITY_CONTACT = "webb@region.example"
    return "webb@region.example"


def send(**more: str) -> Any:
    return Client().post(PAGE, {"what": "Knappen går inte att nå.", "reply_to": "", **more}, follow=True)


def test_w2_anybody_reads_the_statement_and_whom_to_turn_to(contact: str) -> None:
    html = Client().get(PAGE).content.decode()

    for words in ("WCAG 2.2", "2018:1937", "digg.se/tdosanmalan", "Vad gick inte"):
        assert words in html, words


def test_w2_sign_in_and_the_patients_pages_lead_there(cast: Cast) -> None:
    for html in (
        Client().get(reverse("accounts:sign_in")).content.decode(),
        signed_in_client(cast.anna).get(url(cast, "messages")).content.decode(),
    ):
        assert f'href="{PAGE}"' in html


def test_w2_a_report_reaches_the_one_who_answers(contact: str) -> None:
    html = send(reply_to="anna@example.org").content.decode()

    assert "Din rapport har skickats" in html
    (sent,) = mail.outbox
    assert (sent.to, sent.reply_to, sent.body) == (
        [contact],
        ["anna@example.org"],
        "Knappen går inte att nå.",
    )


def test_w2_a_mail_that_cannot_leave_keeps_what_was_typed(
    contact: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: object, *args: object, **more: object) -> int:
        raise ConnectionRefusedError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)

    answer = send()

    assert answer.status_code == 422
    assert "Knappen går inte att nå." in answer.content.decode()


def test_w2_nobody_floods_the_one_who_answers(contact: str) -> None:
    pages = [send().content.decode() for _ in range(7)]

    assert len(mail.outbox) == 5
    assert "Knappen går inte att nå." in pages[-1]


@pytest.mark.parametrize("wrong", [{"what": ""}, {"reply_to": "x\nBcc: y@example.org"}, {"what": "x" * 5001}])
def test_w2_what_is_no_report_is_told_and_kept(contact: str, wrong: dict[str, str]) -> None:
    assert send(**wrong).status_code == 422
    assert mail.outbox == []


def test_w2_without_a_contact_there_is_no_form(settings: LazySettings) -> None:
    settings.ACCESSIBILITY_CONTACT = ""

    assert "<textarea" not in Client().get(PAGE).content.decode()
    assert send().status_code == 422
    assert mail.outbox == []


def test_w2_sign_in_takes_paste_and_password_managers() -> None:
    """WCAG 3.3.8: nothing to remember or transcribe stands in the way."""
    html = Client().get(reverse("accounts:sign_in")).content.decode()

    assert re.search(
        r'type="password"[^>]*autocomplete="current-password"|autocomplete="current-password"[^>]*type="password"',
        html,
    )
    assert "onpaste" not in html
