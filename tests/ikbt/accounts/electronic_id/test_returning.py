"""A right reply at the right level signs in; the session that it starts is a verified one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from ikbt.accounts.electronic_id.starting import PENDING
from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.accounts.sessions import verified_person
from ikbt.audit.models import Entry
from ikbt.common import clock
from tests.ikbt.accounts.electronic_id.conftest import KLARAS_NUMBER, Walk


def test_a11_good_reply_at_loa3_signs_in(klara: Person, walk: Walk) -> None:
    response = walk.come_back()

    assert response.headers["Location"] == "/start/"
    assert walk.signed_in_as == str(klara.pk)
    row = Entry.objects.get(action="sign_in")
    assert (row.actor, row.reason, row.granted) == (klara.pk, "e-ID broker", True)


def test_a01_session_passes_the_gate_and_the_sockets(klara: Person, walk: Walk) -> None:
    walk.come_back()

    assert walk.client.get("/start/").status_code in {200, 302}
    assert verified_person(walk.client.session.session_key) == klara


def test_session_ends_with_the_identity(klara: Person, walk: Walk) -> None:
    walk.come_back()

    ElectronicIdentity.objects.all().delete()

    assert walk.client.get("/start/").headers["Location"].startswith("/logga-in/")
    assert verified_person(walk.client.session.session_key) is None


def test_a14_session_has_a_new_key_and_nothing_from_before(klara: Person, walk: Walk) -> None:
    before = walk.client.session.session_key

    walk.come_back()

    assert walk.client.session.session_key != before
    assert PENDING not in walk.client.session
    old = Client()
    old.cookies["sessionid"] = str(before)
    assert old.get("/start/").status_code == 403


def test_subject_and_number_are_stored_as_keyed_hashes_alone(klara: Person, walk: Walk) -> None:
    walk.broker_says(sub=KLARAS_NUMBER)

    walk.come_back()

    stored = ElectronicIdentity.objects.values_list().get()
    assert KLARAS_NUMBER not in " ".join(map(str, stored))


def test_page_asked_for_is_opened(klara: Person, walk: Walk) -> None:
    walk.leave(next="/sprak/")

    assert walk.come_back().headers["Location"] == "/sprak/"


def test_foreign_page_is_not_opened(klara: Person, walk: Walk) -> None:
    walk.leave(next="https://evil.example/")

    assert walk.come_back().headers["Location"] == "/start/"


def test_a15_what_was_written_survives_sealed_and_is_offered_again(klara: Person, walk: Walk) -> None:
    walk.leave(next="/behandling/", held='[["text", "Jag gick ut en lång stund idag."]]')
    assert "lång stund" not in str(dict(walk.client.session))

    page = walk.come_back().content.decode()

    assert "Jag gick ut en lång stund idag." in page
    assert 'action="/behandling/"' in page


def test_what_was_written_survives_a_refusal(klara: Person, walk: Walk) -> None:
    walk.leave(next="/behandling/", held='[["text", "Jag gick ut en lång stund idag."]]')

    response = walk.come_back({**walk.reply(), "iss": "https://evil.example"})

    assert response.status_code == 403
    assert "Jag gick ut en lång stund idag." in response.content.decode()


def test_reply_that_comes_too_late_is_refused(
    klara: Person, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: late)

    assert walk.come_back().status_code == 403
    assert Entry.objects.refused().get().reason == "e-ID broker: reply came too late"


def test_looking_at_the_address_without_fetching_uses_nothing_up(klara: Person, walk: Walk) -> None:
    reply = walk.reply()

    assert walk.client.head("/e-legitimation/broker/svar/", reply).status_code == 200
    walk.come_back(reply)

    assert walk.signed_in_as == str(klara.pk)


def test_failed_reply_leaves_an_earlier_session_as_it_was(klara: Person, walk: Walk) -> None:
    walk.come_back()
    walk.leave()

    walk.come_back({**walk.reply(), "iss": "https://evil.example"})

    assert walk.signed_in_as == str(klara.pk)
