"""E3: the unit's manager answers a request to be erased; the record stays, and the patient reads why."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.privacy.answering import OwnRequest, answer_request
from ikbt.privacy.exporting import collected
from ikbt.privacy.models import ErasureAnswer, ErasureRequest
from ikbt.treatments.models import Treatment
from tests.cast import Cast, give
from tests.therapist.unit.scene import confirmed

LIST, MINE = "/raderingsonskemal/", "/mina-uppgifter/"
WORDS = "Vi har läst det du skriver och tänkt igenom det."


@pytest.fixture
def asked(cast: Cast) -> ErasureRequest:
    """Anna's request."""
    return ErasureRequest.objects.create(person=cast.anna, asked_at=clock.now(), words="kanarie: allt om mig")


@pytest.fixture
def manager(cast: Cast) -> Client:
    """The browser of the unit's manager."""
    return confirmed(cast.manager)


def page(asked: ErasureRequest) -> str:
    return f"{LIST}{asked.pk}/"


def answer(asked: ErasureRequest, cast: Cast, decision: str = "kept", words: str = WORDS) -> ErasureAnswer:
    return answer_request(
        asked,
        decision,
        words,
        unit=cast.alfa,
        staff=cast.manager,
        by=Actor(cast.manager.pk, "unit_manager"),
        at=clock.now(),
    )


def test_e3_the_manager_answers_and_the_patient_reads_why(
    cast: Cast, manager: Client, asked: ErasureRequest
) -> None:
    assert cast.anna.name in manager.get(LIST).content.decode()
    assert "kanarie: allt om mig" in manager.get(page(asked)).content.decode()

    sent = manager.post(page(asked), {"decision": "kept", "words": WORDS})

    assert sent["Location"] == LIST
    read = confirmed(cast.anna).get(MINE).content.decode()
    assert WORDS in read
    assert "tio år" in read
    assert "Vårdcentralen Alfa" in read
    assert "Inget svar än" not in read
    assert "Ingen väntar" in manager.get(LIST).content.decode()


def test_e3_before_the_answer_she_is_told_that_there_is_none_yet(cast: Cast, asked: ErasureRequest) -> None:
    read = confirmed(cast.anna).get(MINE).content.decode()

    assert "Inget svar än" in read
    assert "Chefen för din vårdenhet läser" in read


@pytest.mark.parametrize("decision", ErasureAnswer.Decision.values)
def test_e3_each_decision_is_told_with_its_law(decision: str, cast: Cast, asked: ErasureRequest) -> None:
    answer(asked, cast, decision)

    read = confirmed(cast.anna).get(MINE).content.decode()

    told = read.split("Svar från Vårdcentralen Alfa")[1].split("</section>")[0]
    assert "patientdatalagen" in told
    assert WORDS in told


def test_e3_no_answer_erases_anything_of_the_record(cast: Cast, asked: ErasureRequest) -> None:
    before = Treatment.objects.filter(patient=cast.anna).count()

    answer(asked, cast, "ivo")

    assert Treatment.objects.filter(patient=cast.anna).count() == before == 1


def test_e3_nobody_decides_about_herself(cast: Cast) -> None:
    own = ErasureRequest.objects.create(person=cast.manager, asked_at=clock.now(), words="kanarie om chefen")
    Treatment.objects.filter(pk=cast.treatment.pk).update(patient=cast.manager)
    client = confirmed(cast.manager)

    assert cast.manager.name not in client.get(LIST).content.decode().split("<main")[1]
    assert client.get(page(own)).status_code == 404
    assert client.post(page(own), {"decision": "kept", "words": WORDS}).status_code == 404
    with pytest.raises(OwnRequest):
        answer(own, cast)
    assert not ErasureAnswer.objects.exists()
    assert Entry.objects.filter(object_id=str(own.pk), granted=False, patient=cast.manager.pk).count() == 3


@pytest.mark.parametrize("who", ["tove", "kim", "olle", "pia", "anna", "editor", "auditor", "administrator"])
def test_e3_nobody_but_the_manager_comes_in(who: str, cast: Cast, asked: ErasureRequest) -> None:
    client = confirmed(getattr(cast, who))

    assert client.get(LIST).status_code == 404
    assert client.get(page(asked)).status_code == 404
    assert client.post(page(asked), {"decision": "kept", "words": WORDS}).status_code == 404
    assert not ErasureAnswer.objects.exists()


def test_e3_another_units_manager_finds_neither_the_request_nor_her_name(
    cast: Cast, asked: ErasureRequest
) -> None:
    give(cast.kim, Role.UNIT_MANAGER, cast.beta)
    client = confirmed(cast.kim)

    assert cast.anna.name not in client.get(LIST).content.decode()
    assert client.get(page(asked)).status_code == 404
    assert Entry.objects.filter(patient=cast.anna.pk, granted=False, actor=cast.kim.pk).exists()


def test_e3_an_ended_role_opens_nothing(cast: Cast, manager: Client, asked: ErasureRequest) -> None:
    RoleAssignment.objects.filter(person=cast.manager).update(ends_at=clock.now())

    assert manager.get(page(asked)).status_code == 404


def test_e3_list_read_and_answer_are_logged_without_a_word(
    cast: Cast, manager: Client, asked: ErasureRequest
) -> None:
    manager.get(LIST)
    manager.get(page(asked))
    manager.post(page(asked), {"decision": "noted", "words": WORDS})

    rows = Entry.objects.filter(patient=cast.anna.pk, actor=cast.manager.pk).order_by("pk")
    assert [(row.action, row.object_kind) for row in rows] == [
        ("list", "erasure request"),
        ("read", "erasure request"),
        ("create", "erasure answer"),
    ]
    assert not Entry.objects.filter(reason__contains="läst").exists()
    assert {row.unit for row in rows} == {cast.alfa.pk}


def test_e3_an_answer_without_a_reason_is_refused_and_what_was_typed_stays(
    cast: Cast, manager: Client, asked: ErasureRequest
) -> None:
    response = manager.post(page(asked), {"decision": "kept", "words": "nej"})

    assert response.status_code == 200
    assert ">nej</textarea>" in response.content.decode().replace("\n", "")
    assert "aria-invalid" in response.content.decode()
    with pytest.raises(ValueError, match="a decision and a reason"):
        answer(asked, cast, words="   nej     ")
    with pytest.raises(ValueError, match="a decision and a reason"):
        answer(asked, cast, decision="erase")
    assert not ErasureAnswer.objects.exists()


def test_e3_a_second_answer_is_added_and_the_first_stays(cast: Cast, asked: ErasureRequest) -> None:
    first = answer(asked, cast)
    again = answer(asked, cast)
    answer(asked, cast, "noted", "Vi har tänkt om och lagt till en anteckning.")

    assert again == first
    read = confirmed(cast.anna).get(MINE).content.decode()
    assert read.index(WORDS) < read.index("Vi har tänkt om")
    assert ErasureAnswer.objects.count() == 2


def test_e3_the_answer_is_sealed_and_in_her_export(cast: Cast, asked: ErasureRequest) -> None:
    answer(asked, cast)

    with connection.cursor() as cursor:
        cursor.execute("SELECT words FROM privacy_erasureanswer")
        assert "läst" not in cursor.fetchone()[0]
    data = collected(Person.objects.get(pk=cast.anna.pk), at=clock.now())["data"]
    assert [row["words"] for row in data["privacy.ErasureAnswer"]] == [WORDS]


def test_e3_who_has_no_record_here_is_told_that_no_unit_answers(cast: Cast) -> None:
    assert "Ingen vårdenhet har en journal om dig här" in confirmed(cast.auditor).get(MINE).content.decode()


def test_e3_her_answers_cost_no_query_for_each_request(
    cast: Cast, manager: Client, django_assert_max_num_queries: object
) -> None:
    for number in range(6):
        made = ErasureRequest.objects.create(person=cast.anna, asked_at=clock.now(), words=f"nummer {number}")
        answer(made, cast)

    with django_assert_max_num_queries(16):  # type: ignore[operator]
        manager.get(LIST)
