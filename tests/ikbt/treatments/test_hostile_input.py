"""Whatever is posted: a clear message, no server error, nothing lost."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.treatments.models import Draft, Message, WorksheetEntry
from measurements.models import AnswerSet
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import answers, diary, entry, first_phq9, text_of, url

JSON = {"Accept": "application/json"}
LONG = "åäö 123 " * 12_500


@pytest.fixture
def client(anna_client: Client) -> Client:
    """Errors come as a page, as in production."""
    anna_client.raise_request_exception = False
    return anna_client


def test_a_hundred_thousand_characters_are_kept_and_the_rest_is_told(cast: Cast, client: Client) -> None:
    page = client.post(diary("hand_in_entry", cast), entry(activity=LONG))

    assert page.status_code == 422
    assert "för lång" in text_of(page)
    assert WorksheetEntry.objects.get().values["activity"] == LONG
    assert LONG in text_of(page)


@pytest.mark.parametrize("text", ["före\x00efter", "före\ud800efter"])
def test_what_cannot_be_stored_is_replaced_and_said(text: str, cast: Cast, client: Client) -> None:
    body = json.dumps(entry(activity=text))

    answer = client.post(diary("draft", cast), body, content_type="application/json", headers=JSON)

    assert answer.json()["saved"] is True
    assert WorksheetEntry.objects.get().values["activity"] == "före\N{REPLACEMENT CHARACTER}efter"
    assert "\N{REPLACEMENT CHARACTER}" in text_of(client.get(diary("step", cast)))


def test_broken_bytes_in_a_form_are_no_error(cast: Cast, client: Client) -> None:
    raw = b"activity=f\xed\xa0\x80re&mood=%ED%A0%80&date=%00&block=morning&revision=-1&client_key=x"

    answer = client.post(
        diary("draft", cast), raw, content_type="application/x-www-form-urlencoded", headers=JSON
    )

    assert answer.status_code == 200
    assert WorksheetEntry.objects.count() == 1


@pytest.mark.parametrize(
    "body",
    [
        "",
        "null",
        "[]",
        '"text"',
        "{",
        "[" * 5000,
        '{"activity": {"a": 1}, "mood": [1], "date": true, "revision": {}, "client_key": []}',
        '{"activity": 12, "mood": 1e400, "revision": 99999999999999999999, "unknown": "x"}',
    ],
)
def test_wrong_shapes_are_no_error(body: str, cast: Cast, client: Client) -> None:
    answer = client.post(diary("draft", cast), body, content_type="application/json", headers=JSON)

    assert answer.status_code in {200, 409, 422}


def test_unknown_fields_are_left_out(cast: Cast, client: Client) -> None:
    client.post(diary("draft", cast), entry(state="handed_in", treatment="x", evil="1"), headers=JSON)

    stored = WorksheetEntry.objects.get()
    assert stored.state == "draft"
    assert "evil" not in stored.values


def test_a_draft_for_a_step_without_exercise_is_missing(cast: Cast, client: Client) -> None:
    assert client.post(url(cast, "draft", "m01", "m01-s01"), entry()).status_code == 404


@pytest.mark.parametrize("body", [b"Hej%00 Tove", b"Hej%ED%A0%80 Tove"])
def test_a_message_with_unstorable_characters_is_sent_with_a_mark(
    body: bytes, cast: Cast, client: Client
) -> None:
    raw = b"client_key=nonsense&body=" + body

    client.post(url(cast, "messages"), raw, content_type="application/x-www-form-urlencoded")

    assert "\N{REPLACEMENT CHARACTER}" in Message.objects.get().body


def test_a_message_draft_of_any_length_is_kept(cast: Cast, client: Client) -> None:
    client.post(url(cast, "message_draft"), {"body": LONG, "revision": "nonsense"}, headers=JSON)

    assert Draft.objects.get().body == LONG


@pytest.mark.parametrize("screen", ["0", "-1", "99999999999", "abc", "\x00", "²"])
def test_a_strange_screen_number_shows_a_question(screen: str, cast: Cast, client: Client) -> None:
    page = client.get(url(cast, "questionnaire", first_phq9(cast).pk), {"fraga": screen})

    assert page.status_code == 200
    assert text_of(page).count('type="radio"') == 4


def test_a_strange_questionnaire_post_stores_nothing(cast: Cast, client: Client) -> None:
    address = url(cast, "questionnaire", first_phq9(cast).pk)

    for form in ({}, {"go": "\x00"}, {"number": "999", "go": "next"}, {"q_44250-9": ["a", "b"], "go": "one"}):
        assert client.post(address, form).status_code in {302, 422}
    assert not AnswerSet.objects.exists()


def test_without_a_csrf_token_the_text_is_given_back(cast: Cast) -> None:
    signed_in = signed_in_client(cast.anna)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies

    page = strict.post(diary("hand_in_entry", cast), entry(activity="Jag skrev något viktigt"))

    assert page.status_code == 403
    assert "Jag skrev något viktigt" in text_of(page)
    assert not WorksheetEntry.objects.exists()


def test_an_expired_session_gives_the_text_back_with_the_sign_in_page(cast: Cast, client: Client) -> None:
    client.session.flush()

    page = client.post(
        diary("hand_in_entry", cast),
        entry(activity="Jag skrev något viktigt"),
        headers={"Accept": "text/html"},
    )

    assert "Jag skrev något viktigt" in text_of(page)
    assert "password" in text_of(page)


def test_an_expired_session_tells_the_script_that_saves(cast: Cast, client: Client) -> None:
    client.session.flush()

    answer = client.post(diary("draft", cast), entry(), headers={**JSON, "X-Requested-With": "fetch"})

    assert (answer.status_code, answer.json()) == (403, {"error": "signed_out"})


def test_a_stale_tab_of_a_questionnaire_shows_the_thank_you_page(cast: Cast, client: Client) -> None:
    occasion = first_phq9(cast)
    address = url(cast, "questionnaire", occasion.pk)
    form = {**answers(occasion, [0] * 9), "go": "hand_in", "client_key": str(uuid4())}
    client.post(address, form)

    for step in ("next", "back", "one", "later", "hand_in"):
        assert "Tack för dina svar" in text_of(client.post(address, {**form, "number": "2", "go": step}))
