"""A chain of a few rows, its guards, and raw SQL as an intruder writes it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import LazySettings
from django.core.management import CommandError, call_command
from django.db import connection

from ikbt.audit.guards import install_guards, missing_triggers, remove_guards
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

ROWS = 8
Sql = Callable[..., None]


@pytest.fixture
def anchor_file(settings: LazySettings, tmp_path: Path) -> Path:
    """The test's own anchors."""
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchors.jsonl")
    return tmp_path / "anchors.jsonl"


@pytest.fixture
def chain(transactional_db: None, anchor_file: Path) -> list[Entry]:
    """Rows that were committed, in a database whose log was empty."""
    therapist, patient = Actor(uuid4(), "therapist", uuid4(), "10.0.0.1", "a" * 32), uuid4()
    return [written(number, therapist, patient) for number in range(ROWS)]


def written(number: int, by: Actor, patient: UUID) -> Entry:
    made = record(
        Entry.Action.READ, by=by, kind="module", object_id=f"m{number}", patient=patient, relation="assigned"
    )
    made.refresh_from_db()
    return made


@pytest.fixture
def guarded(transactional_db: None) -> Iterator[None]:
    """The triggers that real profiles have; gone before the flush empties the tables."""
    install_guards(connection)
    assert missing_triggers(connection, guards=True) == []
    yield
    remove_guards(connection)


@pytest.fixture
def sql(transactional_db: None) -> Sql:
    """`sql(statement, *values)`: past all of our code."""

    def run(statement: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement, list(values))

    return run


def audit(*words: str) -> str:
    """What the command prints; a CommandError carries its words."""
    out = StringIO()
    call_command("audit", *words, stdout=out)
    return out.getvalue()


def first_wrong() -> str:
    """The sentence with which `audit verify` refuses, with exit code 1."""
    with pytest.raises(CommandError) as refused:
        audit("verify")
    assert refused.value.returncode == 1
    return str(refused.value)
