"""C9: rows are sent on as JSON lines once they stand; what is lost is counted and told."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest
from django.conf import LazySettings
from django.db import transaction

from ikbt.audit import checks, shipping
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record, record_list
from tests.ikbt.audit.conftest import ROWS

Line = dict[str, object]


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Counters at zero and no handler from another test."""
    monkeypatch.setattr(shipping, "LOSSES", shipping.Losses())
    shipping._handler.cache_clear()
    yield
    shipping._handler.cache_clear()


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    """A syslog that listens."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as listening:
        listening.bind(("127.0.0.1", 0))
        listening.settimeout(5)
        yield listening


def received(listening: socket.socket) -> Line:
    told = listening.recv(65536).decode().rstrip("\0")
    line: Line = json.loads(told[told.index("{") :])
    return line


def test_c9_a_row_arrives_at_syslog_when_it_stands(
    transactional_db: None, settings: LazySettings, receiver: socket.socket
) -> None:
    settings.AUDIT_SHIP = f"syslog:127.0.0.1:{receiver.getsockname()[1]}"
    with transaction.atomic():
        record(Entry.Action.READ, by=SYSTEM, kind="gone")
        transaction.set_rollback(True)
    row = record(Entry.Action.READ, by=SYSTEM, kind="treatment", object_id="1\n2")

    line = received(receiver)

    assert (line["object_kind"], line["object_id"], line["id"]) == ("treatment", "1\\u000a2", row.pk)
    assert (line["digest"], line["line"], line["lost"]) == (row.digest, 1, 0)


def test_c9_lines_to_standard_output_are_one_line_each(
    transactional_db: None, settings: LazySettings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.AUDIT_SHIP = "stdout"

    record(Entry.Action.READ, by=SYSTEM, kind="treatment", reason="a\r\nb")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line)["reason"] == "a\\u000d\\u000ab"


@pytest.mark.usefixtures("transactional_db")
def test_c9_off_is_off(capsys: pytest.CaptureFixture[str]) -> None:
    record(Entry.Action.READ, by=SYSTEM, kind="treatment")

    assert (capsys.readouterr().out, shipping.LOSSES.sent) == ("", 0)


def test_c9_nobody_listens_and_nothing_stops(chain: list[Entry], settings: LazySettings) -> None:
    settings.AUDIT_SHIP = "syslog:/nowhere/log"
    patients = [row.patient for row in chain if row.patient]

    record_list(by=SYSTEM, kind="caseload", patients=patients, relation="x")

    assert (shipping.LOSSES.sent, shipping.LOSSES.lost) == (ROWS, ROWS)
    assert Entry.objects.count() == 2 * ROWS


def test_c9_a_lost_line_is_told_in_the_next(
    transactional_db: None,
    settings: LazySettings,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings.AUDIT_SHIP = "stdout"
    handler = shipping._handler("stdout")

    def broken(record: object) -> str:
        raise OSError("full")

    with monkeypatch.context() as patch:
        patch.setattr(handler.inner, "format", broken)
        record(Entry.Action.READ, by=SYSTEM, kind="lost")
    record(Entry.Action.READ, by=SYSTEM, kind="kept")

    line = json.loads(capsys.readouterr().out)
    assert (line["object_kind"], line["line"], line["lost"]) == ("kept", 2, 1)


@pytest.mark.parametrize("way", ["stdout:x", "file", "syslog:", "syslog:host", "syslog:host:port"])
def test_an_unknown_way_is_told_at_start(way: str, settings: LazySettings) -> None:
    settings.AUDIT_SHIP = way

    assert [found.id for found in checks.shipping_is_known(None)] == ["audit.E002"]


@pytest.mark.parametrize("way", ["", "stdout", "syslog:/nowhere/log"])
def test_a_known_way_is_fine_even_when_nobody_listens(way: str, settings: LazySettings) -> None:
    settings.AUDIT_SHIP = way

    assert checks.shipping_is_known(None) == []
