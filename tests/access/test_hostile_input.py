"""Whatever is posted to any address of patient and desk: an answer in Swedish, never an error of ours."""

from __future__ import annotations

import pytest
from django.test import Client

from ikbt.common import clock
from ikbt.treatments.models import Alert, Message, ModuleProgress
from tests.access.scene import DESKS, PATIENTS, Address, addresses, answer_at_high_risk
from tests.cast import Cast
from tests.conftest import signed_in_client

FIELDS = [
    *("body", "reason", "next", "outcome", "client_key", "revision", "number", "go", "rows", "confirmed"),
    *("activity", "date", "block", "mood", "asked", "thoughts", "plan", "intent", "fraga", "efter", "fore"),
]
NASTY = {
    "nothing": "",
    "a hundred thousand characters": "ä" * 100_000,
    "a null": "före\x00efter",
    "a huge number": "9" * 400,
    "a negative number": "-1",
    "another alphabet's digits": "٤٢",
    "markup": "<script>alert(1)</script>{{ 7|add:7 }}{% now 'Y' %}",
    "a path": "../../../../etc/passwd",
    "marks of direction": "\u202eabc\u2066\u200f",
}


@pytest.fixture
def alert(cast: Cast) -> Alert:
    """Anna's alert; her module is handed in, so that every verb has something to work on."""
    ModuleProgress.objects.filter(treatment=cast.treatment).update(submitted_at=clock.now())
    return answer_at_high_risk(cast.treatment)


def posts(cast: Cast, alert: Alert) -> list[tuple[Client, Address]]:
    """Every address that takes a POST, with the client of whom it is meant for."""
    both = [(signed_in_client(cast.anna), PATIENTS), (signed_in_client(cast.tove), DESKS)]
    found = [(client, page) for client, app in both for page in addresses(app, cast.treatment, alert)]
    return [(client, page) for client, page in found if "POST" in page.methods]


@pytest.mark.parametrize("name", NASTY)
def test_no_text_is_too_strange_for_any_field(name: str, cast: Cast, alert: Alert) -> None:
    data = dict.fromkeys(FIELDS, NASTY[name])
    found = posts(cast, alert)

    statuses = {
        page.name: client.post(page.path, data, HTTP_ACCEPT="text/html").status_code for client, page in found
    }

    assert len(statuses) >= 15
    assert {page: status for page, status in statuses.items() if status >= 500} == {}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b"body=\xed\xa0\x80&revision=\xff&client_key=%ED%A0%80"),
        ("multipart/form-data; boundary=x", b"--x\r\nnot a form"),
        ("application/json", b'{"body": "\\ud800", "revision": [], "client_key": {}}'),
        ("application/json", b"[" * 100_000),
        ("text/plain", b"body=hej"),
    ],
)
def test_no_bytes_are_too_broken(content_type: str, body: bytes, cast: Cast, alert: Alert) -> None:
    for client, page in posts(cast, alert):
        response = client.post(page.path, body, content_type=content_type, HTTP_ACCEPT="text/html")
        assert response.status_code < 500, page.name


def sent(cast: Cast) -> list[Message]:
    """What was posted here and is kept; the texts are sealed and can't be asked for."""
    return [one for one in cast.treatment.messages.all() if one.body == "Hej"]


def test_the_same_post_twice_is_no_error(cast: Cast, alert: Alert) -> None:
    key = "5f2b9c0e-0000-4000-8000-000000000001"
    data = {"body": "Hej", "client_key": key, "revision": "0", "next": "hold"}

    for client, page in posts(cast, alert):
        first = client.post(page.path, data, HTTP_ACCEPT="text/html")
        second = client.post(page.path, data, HTTP_ACCEPT="text/html")
        assert max(first.status_code, second.status_code) < 500, page.name

    assert sorted(one.from_patient for one in sent(cast)) == [False, True]


def test_a_post_without_its_token_is_told_so_in_swedish(cast: Cast, alert: Alert) -> None:
    for client, page in posts(cast, alert):
        client.handler.enforce_csrf_checks = True
        response = client.post(page.path, {"body": "Hej"}, HTTP_ACCEPT="text/html")
        assert response.status_code == 403, page.name
        assert '<html lang="sv"' in response.content.decode(), page.name
    assert sent(cast) == []
