"""D1: a browser's report of the content policy is a line in the server's log, and never a word that was written."""

from __future__ import annotations

import json
import logging
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.accounts.views import policy_reports
from ikbt.audit.models import Entry
from tests.cast import Cast
from tests.conftest import signed_in_client

pytestmark = pytest.mark.django_db
ADDRESS = "/innehallspolicy/rapport/"
CANARY = "kanarie7f3a"
OLD, NEW = "application/csp-report", "application/reports+json"


def old(**facts: object) -> str:
    """As `report-uri` sends it."""
    plain = {
        "document-uri": f"http://testserver/behandling/{uuid4()}/meddelanden/?utkast={CANARY}",
        "referrer": f"http://testserver/?{CANARY}",
        "blocked-uri": "inline",
        "effective-directive": "script-src-elem",
        "script-sample": f"alert('{CANARY}')",
    }
    return json.dumps({"csp-report": {**plain, **facts}})


def new() -> str:
    """As `report-to` sends it, two at once."""
    body = {
        "documentURL": f"http://testserver/arbetslista/?{CANARY}",
        "blockedURL": f"https://elak.example/{CANARY}.js?{CANARY}",
        "effectiveDirective": "script-src-elem",
        "sample": CANARY,
    }
    return json.dumps([{"type": "csp-violation", "url": CANARY, "body": body}] * 2)


def send(client: Client, text: str, kind: str = OLD) -> int:
    status: int = client.post(ADDRESS, text, content_type=kind).status_code
    return status


def test_d1_both_kinds_of_report_are_logged_as_place_and_rule(caplog: pytest.LogCaptureFixture) -> None:
    assert send(Client(enforce_csrf_checks=True), old()) == 204
    assert send(Client(enforce_csrf_checks=True), new(), NEW) == 204

    assert [one.getMessage() for one in caplog.records] == [
        "content policy: script-src-elem stopped inline on treatments:messages",
        *["content policy: script-src-elem stopped elak.example on therapist:caseload"] * 2,
    ]


def test_d1_nothing_that_was_written_or_whose_page_it_was_reaches_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    patient = uuid4()
    send(Client(), old())
    send(Client(), new(), NEW)
    send(Client(), old(**{"document-uri": f"http://testserver/behandling/{patient}/"}))
    send(Client(), old(**{"effective-directive": CANARY + "\n", "blocked-uri": f"data:{CANARY}"}))
    send(Client(), old(**{"document-uri": {CANARY: 1}, "blocked-uri": [CANARY]}))

    assert len(caplog.records) == 6
    assert CANARY not in caplog.text
    assert str(patient) not in caplog.text


@pytest.mark.parametrize(
    "text",
    [
        *("{", "null", "[]", "[1]", '"x"', "{}", '{"csp-report": 1}', '{"csp-report": {}}', "[[[]]]"),
        pytest.param("[" * 8000 + "]" * 8000, id="deep"),
    ],
)
def test_d1_what_is_no_report_is_taken_and_forgotten(caplog: pytest.LogCaptureFixture, text: str) -> None:
    assert send(Client(), text) == 204
    assert caplog.records == []


def test_d1_report_that_is_too_big_or_of_another_kind_is_refused(caplog: pytest.LogCaptureFixture) -> None:
    assert send(Client(), old(sample="x" * policy_reports.MOST_BYTES)) == 413
    assert send(Client(), old(), "text/plain") == 415
    assert Client().post(ADDRESS, old(), content_type=OLD, CONTENT_LENGTH="många").status_code == 413
    assert Client().get(ADDRESS).status_code == 405
    assert [one for one in caplog.records if one.name == policy_reports.__name__] == []


def test_r17_one_place_sends_so_many_reports_and_another_still_may(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    tries = policy_reports.PACE.tries

    answers = [send(Client(), old()) for _ in range(tries + 1)]

    assert answers == [204] * tries + [429]
    assert Client(REMOTE_ADDR="192.0.2.9").post(ADDRESS, old(), content_type=OLD).status_code == 204


def test_d1_report_keeps_no_session_alive_and_leaves_no_row(cast: Cast) -> None:
    rows = Entry.objects.count()
    anna = signed_in_client(cast.anna)
    before = dict(anna.session)

    send(anna, old())

    assert dict(anna.session) == before
    assert Entry.objects.count() == rows
