"""The request to be erased: it is kept, it explains itself, and it erases only what is not the record."""

from __future__ import annotations

import uuid

import pytest
from django.db import connection
from django.test import Client

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.privacy.erasing import request_erasure
from ikbt.privacy.models import ErasureRequest
from ikbt.treatments.models import Draft, Message
from tests.cast import Cast
from tests.therapist.unit.scene import confirmed

PAGE, ASK = "/mina-uppgifter/", "/mina-uppgifter/radera/"


@pytest.fixture
def client(cast: Cast) -> Client:
    """Anna's browser, her second factor just given."""
    return confirmed(cast.anna)


@pytest.fixture
def drafts(cast: Cast) -> None:
    now = clock.now()
    for author, purpose in (
        (cast.anna, "message"),
        (cast.tove, "message"),
        (cast.tove, "feedback:m01"),
    ):
        Draft.objects.create(
            treatment=cast.treatment, author=author, purpose=purpose, body="text", saved_at=now
        )
    Message.objects.create(
        treatment=cast.treatment,
        sender=cast.anna,
        from_patient=True,
        body="skickat",
        sent_at=now,
        client_key=uuid.uuid4(),
    )


def test_the_page_says_why_the_record_is_kept_and_what_else_can_be_done(client: Client) -> None:
    page = client.get(PAGE).content.decode()

    assert "patientdatalagen" in page
    assert "tio år" in page
    assert all(word in page for word in ("Rätta:", "Markera:", "Spärra:"))
    assert "Chefen för din vårdenhet läser din begäran" in page


def test_the_page_opens_also_for_those_who_are_no_patients(cast: Cast) -> None:
    assert confirmed(cast.auditor).get(PAGE).status_code == 200


def test_a_request_is_kept_with_her_words_and_erases_nothing_by_itself(
    cast: Cast, client: Client, drafts: None
) -> None:
    response = client.post(ASK, {"words": "CANARY allt om mig"}, follow=True)

    request = ErasureRequest.objects.get()
    assert (request.person, request.words, request.erased) == (cast.anna, "CANARY allt om mig", {})
    assert Draft.objects.count() == 3
    assert Message.objects.count() == 1
    assert "CANARY allt om mig" in response.content.decode()
    assert Entry.objects.filter(object_kind="erasure request", patient=cast.anna.pk).get().action == "create"


def test_her_words_are_sealed_in_the_database_and_not_in_the_log(cast: Cast, client: Client) -> None:
    client.post(ASK, {"words": "CANARY-words"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM privacy_erasurerequest")
        assert "CANARY" not in cursor.fetchone()[0]
    assert not Entry.objects.filter(reason__contains="CANARY").exists()


def test_what_is_not_the_record_goes_at_once_after_confirmation(
    cast: Cast, client: Client, drafts: None
) -> None:
    client.post(ASK, {"words": "bort", "erase": ["drafts", "mail"], "confirmed": "on"})

    assert ErasureRequest.objects.get().erased == {"drafts": 1, "mail": 1}
    assert {draft.author for draft in Draft.objects.all()} == {cast.tove}
    assert Message.objects.count() == 1
    assert Person.objects.get(pk=cast.anna.pk).notices_by == Person.NoticesBy.NONE
    row = Entry.objects.get(action=Entry.Action.DELETE)
    assert (row.patient, row.reason) == (cast.anna.pk, "drafts: 1, mail: 1")


def test_without_the_confirmation_nothing_goes_and_her_text_stays_in_the_page(
    cast: Cast, client: Client, drafts: None
) -> None:
    response = client.post(ASK, {"words": "mina ord", "erase": ["drafts"]})

    assert response.status_code == 200
    assert "mina ord" in response.content.decode()
    assert "Kryssa i rutan" in response.content.decode()
    assert Draft.objects.count() == 3
    assert not ErasureRequest.objects.exists()


def test_the_record_can_not_be_chosen(cast: Cast, client: Client, drafts: None) -> None:
    client.post(ASK, {"words": "x", "erase": ["record"], "confirmed": "on"})
    with pytest.raises(ValueError, match="Only drafts"):
        request_erasure(cast.anna, "x", erase=["record"], by=Actor(cast.anna.pk, "patient"), at=clock.now())

    assert not ErasureRequest.objects.exists()
    assert Message.objects.count() == 1


def test_she_sees_her_own_requests_only(cast: Cast, client: Client) -> None:
    ErasureRequest.objects.create(person=cast.pia, asked_at=clock.now(), words="CANARY-pia")

    assert "CANARY-pia" not in client.get(PAGE).content.decode()
