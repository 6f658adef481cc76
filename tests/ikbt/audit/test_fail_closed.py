"""C2: when the log takes no row, nothing is shown and nothing changed: a 503, at the insert and at the commit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import async_to_sync, sync_to_async
from django.db import OperationalError, connection
from django.http import HttpRequest
from django.test import Client, RequestFactory

from ikbt.accounts.socket import TRY_LATER
from ikbt.asgi import application
from ikbt.audit.chaining import install_chain, remove_chain
from ikbt.audit.models import Entry
from ikbt.audit.recording import Unlogged
from ikbt.common.views import server_error
from ikbt.treatments.models import Draft, Message
from tests.cast import Cast, gather
from tests.conftest import signed_in_client
from tests.ikbt.audit.conftest import Sql
from tests.sockets import socket_to

TEXT = "Det här hann jag skriva"
_ON_SQLITE = {
    "insert": "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END",
    "chain": "CREATE TRIGGER full_disk AFTER INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END",
}
_FULL = "CREATE FUNCTION audit_entry_full() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'full'; END $$"
_ON_POSTGRESQL = {
    "insert": "CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry FOR EACH ROW EXECUTE FUNCTION audit_entry_full()",
    # As the chain's own: only when the transaction is about to end.
    "chain": "CREATE CONSTRAINT TRIGGER full_disk AFTER INSERT ON audit_entry DEFERRABLE INITIALLY DEFERRED "
    "FOR EACH ROW EXECUTE FUNCTION audit_entry_full()",
}


@pytest.fixture
def whole_cast(transactional_db: None) -> Cast:
    return gather()


@pytest.fixture(params=["insert", "chain"])
def full(request: pytest.FixtureRequest, whole_cast: Cast, sql: Sql) -> Iterator[None]:
    """The log refuses each row, at once or when it is to get its place in the chain."""
    on_sqlite = connection.vendor == "sqlite"
    if not on_sqlite:
        sql(_FULL)
    sql((_ON_SQLITE if on_sqlite else _ON_POSTGRESQL)[request.param])
    yield
    sql("DROP TRIGGER full_disk" if on_sqlite else "DROP TRIGGER full_disk ON audit_entry")
    if not on_sqlite:
        sql("DROP FUNCTION audit_entry_full()")


@pytest.fixture
def clients(whole_cast: Cast) -> dict[str, Client]:
    """Signed in while the log still took rows."""
    return {name: signed_in_client(getattr(whole_cast, name)) for name in ("anna", "tove", "kim", "auditor")}


def stands_still(answer: Any) -> bool:
    """A page for people, that says when to come back."""
    return (answer.status_code, answer.get("Retry-After")) == (
        503,
        "30",
    ) and "snart tillbaka" in answer.content.decode()


def test_c2_no_door_shows_what_is_not_logged(
    clients: dict[str, Client], whole_cast: Cast, full: None
) -> None:
    id = whole_cast.treatment.pk
    pages = [
        ("anna", f"/behandling/{id}/"),
        ("anna", "/min-logg/"),
        ("anna", "/min-logg/hamta/"),
        ("tove", f"/arbetslista/{id}/"),
        ("tove", "/arbetslista/"),
        # A refusal is logged too: who is refused is told to wait, and learns nothing.
        ("kim", f"/arbetslista/{id}/"),
    ]
    answers = [(who, path, clients[who].get(path)) for who, path in pages]

    assert [(who, path) for who, path, answer in answers if not stands_still(answer)] == []
    assert not any("Anna" in answer.content.decode() for _who, _path, answer in answers)


def test_c2_no_verb_keeps_what_is_not_logged(
    clients: dict[str, Client], whole_cast: Cast, full: None
) -> None:
    id = whole_cast.treatment.pk
    rows = Entry.objects.count()
    key = str(uuid4())
    answers = [
        clients["anna"].post(f"/behandling/{id}/meddelanden/", {"body": TEXT, "client_key": key}),
        clients["tove"].post(f"/arbetslista/{id}/meddelanden/", {"body": TEXT, "client_key": key}),
    ]

    assert all(stands_still(answer) for answer in answers)
    # What she wrote is on the page, since it is kept nowhere else.
    assert all(TEXT in answer.content.decode() for answer in answers)
    assert (Message.objects.count(), Draft.objects.count(), Entry.objects.count()) == (0, 0, rows)


def test_c2_nobody_signs_out_unlogged(clients: dict[str, Client], full: None) -> None:
    assert stands_still(clients["anna"].post("/logga-ut/"))
    assert "otp_device_id" in clients["anna"].session


def test_c2_a_socket_that_can_not_log_a_refusal_tells_nothing(
    clients: dict[str, Client], whole_cast: Cast, full: None
) -> None:
    async def code() -> tuple[bool, int | None]:
        socket = socket_to(application, f"/ws/behandling/{whole_cast.treatment.pk}/", clients["kim"])
        return await socket.connect()

    assert async_to_sync(code)() == (False, TRY_LATER)


def test_c2_what_was_refused_can_be_done_when_the_log_is_back(whole_cast: Cast, sql: Sql) -> None:
    anna = signed_in_client(whole_cast.anna)
    page = f"/behandling/{whole_cast.treatment.pk}/meddelanden/"
    form = {"body": TEXT, "client_key": str(uuid4())}
    remove_chain(connection)
    if connection.vendor == "sqlite":
        sql(_ON_SQLITE["chain"])
    else:
        sql(_FULL)
        sql(_ON_POSTGRESQL["chain"])
    refused = anna.post(page, form)
    if connection.vendor == "sqlite":
        sql("DROP TRIGGER full_disk")
    else:
        sql("DROP TRIGGER full_disk ON audit_entry")
        sql("DROP FUNCTION audit_entry_full()")
    install_chain(connection)

    taken = anna.post(page, form)

    assert (refused.status_code, taken.status_code) == (503, 302)
    assert [one.body for one in Message.objects.filter(treatment=whole_cast.treatment)] == [TEXT]


@pytest.mark.parametrize(
    ("raised", "status"), [(Unlogged(), 503), (OperationalError(), 503), (ZeroDivisionError(), 500)]
)
def test_c2_what_is_raised_past_all_views_waits_too(
    raised: Exception, status: int, rf: RequestFactory
) -> None:
    def answered(request: HttpRequest) -> int:
        try:
            raise raised
        except (Unlogged, OperationalError, ZeroDivisionError):
            return server_error(request).status_code

    assert answered(rf.get("/")) == status


async def test_c2_sockets_close_when_the_database_is_gone(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast = await sync_to_async(gather)()
    client = await sync_to_async(signed_in_client)(cast.anna)
    socket = socket_to(application, f"/ws/behandling/{cast.treatment.pk}/", client)
    assert (await socket.connect())[0]

    def gone(*told: object) -> None:
        raise OperationalError

    monkeypatch.setattr("ikbt.accounts.socket.person_of", gone)
    await socket.say({"kind": "x"})

    assert await socket.closed_with() == TRY_LATER
