"""Messages: sent once, drafts kept, new ones fetched, read when she says so."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.messaging import LONGEST, send_message
from ikbt.treatments.models import Draft, Message, Treatment
from tests.cast import Cast
from tests.ikbt.treatments.patient import text_of, url

JSON = {"Accept": "application/json"}


def from_tove(cast: Cast, body: str, minutes_ago: int = 0) -> Message:
    return send_message(
        cast.treatment,
        body,
        sender=cast.tove,
        client_key=uuid4(),
        by=SYSTEM,
        at=clock.now() - timedelta(minutes=minutes_ago),
    )


def test_she_reads_and_writes(cast: Cast, anna_client: Client) -> None:
    from_tove(cast, "Hej Anna")

    page = anna_client.post(
        url(cast, "messages"), {"body": "Hej Tove", "client_key": str(uuid4())}, follow=True
    )

    assert "Hej Anna" in text_of(page)
    assert "Hej Tove" in text_of(page)
    assert "inom 48 timmar på vardagar" in text_of(page)


def test_a_double_submit_sends_once(cast: Cast, anna_client: Client) -> None:
    form = {"body": "Hej", "client_key": str(uuid4())}

    for _ in range(2):
        anna_client.post(url(cast, "messages"), form)

    assert Message.objects.count() == 1


def test_the_therapists_key_hides_no_message_of_hers(cast: Cast, anna_client: Client) -> None:
    key = from_tove(cast, "Hej Anna").client_key

    anna_client.post(url(cast, "messages"), {"body": "Mitt svar", "client_key": str(key)})

    assert Message.objects.filter(from_patient=True).count() == 1


def test_opening_the_page_marks_nothing_as_read(cast: Cast, anna_client: Client) -> None:
    from_tove(cast, "Hej Anna")

    page = text_of(anna_client.get(url(cast, "messages")))

    assert "app-count" in page
    assert Message.objects.get().read_at is None


def test_reading_is_said_with_a_post(cast: Cast, anna_client: Client) -> None:
    from_tove(cast, "Hej Anna")

    assert anna_client.post(url(cast, "messages_read"), headers=JSON).status_code == 204

    assert Message.objects.get().read_at is not None
    assert "app-count" not in text_of(anna_client.get(url(cast, "messages")))


def test_what_is_new_comes_as_the_same_bubbles(cast: Cast, anna_client: Client) -> None:
    first = from_tove(cast, "Den första", minutes_ago=5)
    from_tove(cast, "Den andra")

    fragment = text_of(anna_client.get(url(cast, "newer_messages"), {"efter": str(first.pk)}))

    assert "Den andra" in fragment
    assert "Den första" not in fragment
    assert "<html" not in fragment


@pytest.mark.parametrize("mark", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_without_a_known_mark_all_are_given(mark: str, cast: Cast, anna_client: Client) -> None:
    from_tove(cast, "Hej Anna")

    assert "Hej Anna" in text_of(anna_client.get(url(cast, "newer_messages"), {"efter": mark}))


def test_a_draft_is_kept_and_gone_when_sent(cast: Cast, anna_client: Client) -> None:
    saved = anna_client.post(
        url(cast, "message_draft"), {"body": "Jag tänkte", "revision": "0"}, headers=JSON
    )
    assert saved.json()["revision"] == 1
    assert "Jag tänkte</textarea>" in text_of(anna_client.get(url(cast, "messages")))

    anna_client.post(url(cast, "messages"), {"body": "Jag tänkte klart", "client_key": str(uuid4())})
    assert not Draft.objects.exists()


def test_two_tabs_drafts_are_put_together(cast: Cast, anna_client: Client) -> None:
    anna_client.post(url(cast, "message_draft"), {"body": "Från telefonen", "revision": "0"}, headers=JSON)

    late = anna_client.post(
        url(cast, "message_draft"), {"body": "Från datorn", "revision": "0"}, headers=JSON
    )

    assert "Från telefonen" in late.json()["text"]
    assert "Från datorn" in late.json()["text"]
    assert Draft.objects.get().body == late.json()["text"]


def test_an_empty_message_says_so(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(url(cast, "messages"), {"body": "  "})

    assert page.status_code == 422
    assert "Skriv något innan du skickar." in text_of(page)


def test_a_text_that_is_too_long_is_kept_and_says_by_how_much(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(url(cast, "messages"), {"body": "å" * (LONGEST + 7), "client_key": str(uuid4())})

    assert page.status_code == 422
    assert "Texten är 7 tecken för lång." in text_of(page)
    assert Draft.objects.get().body == "å" * (LONGEST + 7)
    assert not Message.objects.exists()


def test_older_messages_stand_on_the_pages_before(cast: Cast, anna_client: Client) -> None:
    now = clock.now()
    Message.objects.bulk_create(
        Message(
            treatment=cast.treatment,
            sender=cast.tove,
            from_patient=False,
            body=f"nummer {number};",
            sent_at=now - timedelta(minutes=200 - number),
            client_key=uuid4(),
        )
        for number in range(101)
    )

    page = text_of(anna_client.get(url(cast, "messages")))
    assert "nummer 0;" not in page
    before = page.split("?fore=")[1][:36]

    assert "nummer 0;" in text_of(anna_client.get(url(cast, "messages"), {"fore": before}))


def test_an_ended_treatment_takes_no_message(cast: Cast, anna_client: Client) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED)

    page = anna_client.post(url(cast, "messages"), {"body": "Hej", "client_key": str(uuid4())})

    assert page.status_code == 422
    assert not Message.objects.exists()
    assert anna_client.post(url(cast, "message_draft"), {"body": "Hej"}).status_code == 422
