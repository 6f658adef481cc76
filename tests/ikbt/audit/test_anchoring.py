"""C3: anchors are signed, follow each other, and are found out when forged."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import CommandError

from ikbt.audit import checks
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from tests.ikbt.audit.conftest import ROWS, audit, first_wrong


def test_c3_anchors_gather_in_a_file(chain: list[Entry], anchor_file: Path) -> None:
    audit("anchor")
    record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    told = json.loads(audit("anchor", "--stdout"))

    lines = [json.loads(line) for line in anchor_file.read_text().splitlines()]
    assert [line["seq"] for line in lines] == [ROWS, ROWS + 1]
    assert lines[-1] == {name: told[name] for name in ("seq", "hash", "at", "mac")}
    assert "2 anchors agree" in audit("verify", "--require-anchor")


def test_c3_a_log_that_must_be_anchored_and_is_not_is_wrong(chain: list[Entry]) -> None:
    with pytest.raises(CommandError, match="no anchor"):
        audit("verify", "--require-anchor")


@pytest.mark.parametrize("name", ["seq", "hash", "at", "mac"])
def test_c3_a_forged_anchor_is_found(name: str, chain: list[Entry], anchor_file: Path) -> None:
    audit("anchor")
    line = json.loads(anchor_file.read_text())
    anchor_file.write_text(json.dumps({**line, name: line[name] - 1 if name == "seq" else "0" * 64}) + "\n")

    assert "Line 1 of" in first_wrong()


def test_c3_an_anchor_taken_out_of_the_middle_is_missed(chain: list[Entry], anchor_file: Path) -> None:
    for _ in range(3):
        audit("anchor")
        record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    first, _second, third = anchor_file.read_text().splitlines(keepends=True)
    anchor_file.write_text(first + third)

    assert "Line 2 of" in first_wrong()


def test_c3_no_anchor_is_put_on_top_of_rubbish(chain: list[Entry], anchor_file: Path) -> None:
    anchor_file.write_text("rubbish\n")

    with pytest.raises(CommandError, match="is not an anchor"):
        audit("anchor")


def test_c3_nothing_is_signed_without_a_key(chain: list[Entry], settings: LazySettings) -> None:
    settings.AUDIT_ANCHOR_KEY = ""

    with pytest.raises(CommandError, match="IKBT_AUDIT_ANCHOR_KEY"):
        audit("anchor")


@pytest.mark.parametrize("key", ["", "short", "i" * 40])
def test_c3_a_real_log_needs_a_key_of_its_own(key: str, settings: LazySettings) -> None:
    settings.INDEX_KEY, settings.AUDIT_ANCHOR_KEY = "i" * 40, key

    assert [found.id for found in checks.anchors_have_a_key(None)] == ["audit.E001"]
    settings.AUDIT_ANCHOR_KEY = "a" * 40
    assert checks.anchors_have_a_key(None) == []
