"""The backends that send nothing: one shows a text, one writes a line each, and production takes neither."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.conf import LazySettings

from ikbt.outbox.sms.base import NotSent, Text
from ikbt.outbox.sms.console import ConsoleBackend
from ikbt.outbox.sms.file import FileBackend

HELLO = Text(to="+46701740605", body="Du har något nytt att läsa.", reference="r1")


def test_the_console_shows_it(capsys: pytest.CaptureFixture[str]) -> None:
    ConsoleBackend().send(HELLO)

    assert capsys.readouterr().out == "SMS to +46701740605: Du har något nytt att läsa.\n"


def test_the_file_has_a_line_each_also_when_many_write(tmp_path: Path, settings: LazySettings) -> None:
    settings.SMS_FILE = tmp_path / "sms" / "messages.jsonl"

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _number: FileBackend().send(HELLO), range(40)))

    told = [json.loads(line) for line in settings.SMS_FILE.read_text().splitlines()]
    assert len(told) == 40
    assert {(one["to"], one["body"], one["reference"]) for one in told} == {
        (HELLO.to, HELLO.body, HELLO.reference)
    }
    assert settings.SMS_FILE.stat().st_mode & 0o077 == 0


def test_a_file_that_cant_be_opened_means_that_it_did_not_go(tmp_path: Path, settings: LazySettings) -> None:
    (tmp_path / "sms").write_text("a file where the folder should be")
    settings.SMS_FILE = tmp_path / "sms" / "messages.jsonl"

    with pytest.raises(NotSent):
        FileBackend().send(HELLO)
