"""What is typed is taken as it stands: decoded once, never cleaned into something else, and told in its own type."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from ikbt.treatments.models import Message
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import url

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = sorted((ROOT / "ikbt/common/static/js").glob("*.js"))
ENCODED = [
    "%3Cb%3E",
    "&lt;b&gt;",
    "&amp;lt;b&amp;gt;",
    "%253Cb%253E",
    "\\u003cb\\u003e",
    "+ och %20",
    "{{ 7|add:7 }}",
]


@pytest.mark.django_db
@pytest.mark.parametrize("text", ENCODED)
def test_text_is_decoded_once_and_shown_as_it_was_typed(cast: Cast, text: str) -> None:
    anna = signed_in_client(cast.anna)
    anna.post(url(cast, "messages"), {"body": text, "client_key": str(uuid4())})

    stored = Message.objects.get(treatment=cast.treatment)
    page = anna.get(url(cast, "messages")).content.decode()

    assert stored.body == text
    assert text.replace("&", "&amp;") in page


@pytest.mark.django_db
def test_every_kind_of_answer_says_its_type_and_its_letters(cast: Cast) -> None:
    anna = signed_in_client(cast.anna)
    html, text_or_json = "text/html; charset=utf-8", ("application/json", "text/html; charset=utf-8")

    assert anna.get(url(cast, "messages"))["Content-Type"] == html
    assert anna.get("/finns-inte/")["Content-Type"] == html
    assert Client().post("/logga-in/", {"email": "x", "password": "x"})["Content-Type"] == html
    draft = anna.post(
        url(cast, "message_draft"), {"body": "x", "revision": "0"}, HTTP_X_REQUESTED_WITH="fetch"
    )
    assert draft["Content-Type"] in text_or_json
    refused = Client().get(url(cast, "messages"), HTTP_X_REQUESTED_WITH="fetch")
    assert refused["Content-Type"] == "application/json"


@pytest.mark.django_db
def test_a_parameter_given_twice_counts_once(cast: Cast) -> None:
    """Also when one of the two stands in the address."""
    anna = signed_in_client(cast.anna)
    place = url(cast, "messages") + "?body=from-the-address&client_key=" + str(uuid4())

    anna.post(place, {"body": ["första", "andra"], "client_key": str(uuid4())})

    assert [one.body for one in Message.objects.filter(treatment=cast.treatment)] == ["andra"]


@pytest.mark.django_db
def test_a_type_that_is_none_of_ours_is_no_error(cast: Cast) -> None:
    anna = signed_in_client(cast.anna)

    for body, kind in (
        ("[]", "application/json"),
        ("<a/>", "text/xml"),
        ('{"body": {"$gt": ""}}', "application/json"),
    ):
        answer = anna.post(url(cast, "messages"), body, content_type=kind)
        assert answer.status_code in {302, 400, 422}, kind
    assert not Message.objects.filter(treatment=cast.treatment).exists()


def test_a_line_break_makes_no_second_header_of_a_mail() -> None:
    for header in ("a@example.org\nBcc: b@example.org", "a@example.org\r\nX: y"):
        with pytest.raises(ValueError, match="newline"):
            EmailMessage(subject=header, body="x", to=["c@example.org"]).message()


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_our_scripts_hear_no_other_window_and_build_no_code(script: Path) -> None:
    code = script.read_text(encoding="utf-8")

    assert not re.search(r"postMessage|window\.addEventListener\(\s*.message", code)
    assert not re.search(r"\beval\(|new Function|RegExp\(|__proto__|document\.write|javascript:", code)
    assert not re.search(r"\bws:|http:", code.replace('"wss" : "ws"', "").replace('"https:"', ""))


def test_every_socket_of_our_scripts_is_encrypted_where_the_page_is() -> None:
    opened = [
        line for path in SCRIPTS for line in path.read_text("utf-8").splitlines() if "new WebSocket(" in line
    ]

    assert len(opened) == 3
    for path in SCRIPTS:
        code = path.read_text(encoding="utf-8")
        if "new WebSocket(" in code:
            assert 'location.protocol === "https:" ? "wss" : "ws"' in code


def test_no_page_writes_its_own_script() -> None:
    """Data reach scripts by data attributes and json_script alone, which escape."""
    found = []
    for path in (ROOT / "templates").rglob("*.html"):
        for tag in re.findall(r"<script\b[^>]*>", path.read_text(encoding="utf-8")):
            if " src=" not in tag:
                found.append(f"{path.relative_to(ROOT)}: {tag}")

    assert found == []


def test_nobody_is_there_before_somebody_is_registered(db: None) -> None:
    from ikbt.accounts.models import Person

    assert not Person.objects.exists()


@pytest.mark.django_db
def test_every_signed_in_page_has_a_way_out(cast: Cast) -> None:
    places = {
        cast.anna: [reverse("treatments:treatment", args=[cast.treatment.pk]), url(cast, "messages")],
        cast.tove: [reverse("therapist:caseload"), reverse("therapist:patient", args=[cast.treatment.pk])],
    }
    for person, pages in places.items():
        for page in pages:
            html = signed_in_client(person).get(page).content.decode()
            assert f'action="{reverse("accounts:sign_out")}"' in html, page
