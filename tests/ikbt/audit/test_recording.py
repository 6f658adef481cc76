"""Log rows are appended, never changed, and what can't be logged is not shown."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import DjangoAssertNumQueries

from ikbt.audit.middleware import refuse_when_unlogged
from ikbt.audit.models import AppendOnly, Entry
from ikbt.audit.recording import SYSTEM, Actor, Unlogged, record, record_list
from tests.cast import Cast, person
from tests.conftest import signed_in_client

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> Entry:
    return record(Entry.Action.READ, by=SYSTEM, kind="treatment", object_id="1")


@pytest.fixture
def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Entry, "save", fail)
    monkeypatch.setattr(type(Entry.objects), "bulk_create", fail)


def test_row_holds_who_what_whose_and_from_where() -> None:
    actor, patient = Actor(uuid4(), "therapist", uuid4(), "10.0.0.1", "a" * 32), uuid4()

    row = record(
        Entry.Action.CHANGE, by=actor, kind="message", object_id=5, patient=patient, relation="assigned"
    )

    kept = Entry.objects.get(pk=row.pk)
    assert (kept.actor, kept.role, kept.unit, kept.address) == (actor.id, "therapist", actor.unit, "10.0.0.1")
    assert (kept.patient, kept.object_kind, kept.object_id, kept.relation) == (
        patient,
        "message",
        "5",
        "assigned",
    )


def test_row_can_be_neither_changed_nor_removed(row: Entry) -> None:
    row.role = "someone else"
    with pytest.raises(AppendOnly):
        row.save()
    with pytest.raises(AppendOnly):
        row.delete()
    with pytest.raises(TypeError):
        Entry.objects.update(role="someone else")
    with pytest.raises(TypeError):
        Entry.objects.all().delete()


def test_list_logs_each_patient_it_shows() -> None:
    patients = [uuid4() for _ in range(3)]

    record_list(by=SYSTEM, kind="caseload", patients=patients, relation="assigned")

    assert set(Entry.objects.values_list("patient", flat=True)) == set(patients)


def test_long_reason_is_cut_and_not_refused() -> None:
    row = record(Entry.Action.READ, by=SYSTEM, kind="x", object_id="y" * 500, reason="z" * 500)

    assert (len(row.reason), len(row.object_id)) == (200, 64)


@pytest.mark.usefixtures("full_disk")
def test_what_cannot_be_logged_is_not_done() -> None:
    with pytest.raises(Unlogged):
        record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    with pytest.raises(Unlogged):
        record_list(by=SYSTEM, kind="caseload", patients=[uuid4()], relation="assigned")


def test_unlogged_page_is_a_503_that_says_when_to_come_back(rf: RequestFactory) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse()

    middleware = refuse_when_unlogged(view)

    answer = middleware.process_exception(rf.get("/"), Unlogged())

    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert middleware.process_exception(rf.get("/"), ImproperlyConfigured()) is None


@pytest.mark.usefixtures("db")
def test_nobody_is_signed_out_unlogged(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in_client(person("Anna", "Lind"))

    def fail(*args: object, **kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(Entry, "save", fail)

    assert client.post("/logga-ut/").status_code == 503
    assert "otp_device_id" in client.session


# ---------------------------------------------------------------- C1 and C4


def test_c1_a_visit_leaves_one_row_with_all_its_fields(cast: Cast, tove_client: Client) -> None:
    response = tove_client.get(f"/arbetslista/{cast.treatment.pk}/", REMOTE_ADDR="192.0.2.7")

    assert response.status_code == 200
    row = Entry.objects.get(request_id=response["X-Request-Id"], action="read")
    assert (row.actor, row.role, row.unit, row.patient) == (
        cast.tove.pk,
        "therapist",
        cast.alfa.pk,
        cast.anna.pk,
    )
    assert (row.object_kind, row.object_id, row.relation) == (
        "treatment",
        str(cast.treatment.pk),
        "responsible",
    )
    assert (row.granted, row.address) == (True, "192.0.2.7")
    assert row.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "unsafe", ["a\nb", "a\r\nb", "a\x00b", "a\x1b[2Jb", "a\u2028b", "a\u202eb", "a\x85b", "\ud800"]
)
def test_c4_control_characters_are_escaped(unsafe: str) -> None:
    row = record(Entry.Action.READ, by=SYSTEM, kind=unsafe, object_id=unsafe, relation=unsafe, reason=unsafe)

    row.refresh_from_db()
    for text in (row.object_kind, row.object_id, row.relation, row.reason):
        assert text.isprintable()
        assert text.startswith(("a\\u00", "a\\u20", "\\ud800"))


@pytest.mark.parametrize(
    ("told", "kept"),
    [("::ffff:10.0.0.1", "10.0.0.1"), ("2001:DB8::0:1", "2001:db8::1"), ("", None), ("unix:", None)],
)
def test_c1_an_address_has_one_spelling(told: str, kept: str | None) -> None:
    row = record(Entry.Action.READ, by=Actor(None, "none", None, told), kind="session")

    row.refresh_from_db()
    assert row.address == kept
    assert row.digest == row.digest_now()


def test_c3_one_row_is_one_statement(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(1):
        record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    with django_assert_num_queries(1):
        record_list(by=SYSTEM, kind="caseload", patients=[uuid4() for _ in range(100)], relation="x")


def test_no_rule_overwrites_rows() -> None:
    with pytest.raises(TypeError):
        Entry.objects.bulk_create([], ignore_conflicts=True)
    with pytest.raises(TypeError):
        Entry.objects.bulk_update([], ["role"])
