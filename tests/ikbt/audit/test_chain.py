"""C3: rows are chained without gaps by the database itself, and what is tampered with is found."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
from django.conf import LazySettings
from django.core.management import CommandError
from django.db import connection, transaction

from ikbt.accounts.models import Person
from ikbt.audit.canonical import BEGINNING, link
from ikbt.audit.guards import missing_triggers
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record, record_list
from tests.cast import person
from tests.ikbt.audit.conftest import ROWS, Sql, audit, first_wrong

ROOT = Path(__file__).resolve().parents[3]


def test_c3_each_row_follows_the_one_before(chain: list[Entry]) -> None:
    assert [row.seq for row in chain] == list(range(1, ROWS + 1))
    assert [row.previous_hash for row in chain] == [BEGINNING, *(row.hash for row in chain[:-1])]
    assert all(row.digest == row.digest_now() for row in chain)
    assert [row.hash for row in chain] == [
        link(seq=row.seq or 0, row_id=row.pk, previous=row.previous_hash, digest=row.digest) for row in chain
    ]
    assert "8 rows are as they were written; 0 anchors" in audit("verify")


def test_c3_a_list_is_chained_in_one_statement(chain: list[Entry]) -> None:
    record_list(
        by=SYSTEM, kind="caseload", patients=[row.patient for row in chain if row.patient], relation="x"
    )

    assert list(Entry.objects.values_list("seq", flat=True)) == list(range(1, 2 * ROWS + 1))
    audit("verify")


def test_c3_what_is_rolled_back_leaves_no_gap(chain: list[Entry]) -> None:
    with transaction.atomic():
        record(Entry.Action.CHANGE, by=SYSTEM, kind="message")
        transaction.set_rollback(True)
    record(Entry.Action.CHANGE, by=SYSTEM, kind="message")

    assert Entry.objects.order_by("-seq").values_list("seq", flat=True)[0] == ROWS + 1
    audit("verify")


@pytest.mark.usefixtures("transactional_db", "anchor_file")
def test_c3_writers_in_parallel_make_one_chain() -> None:
    def write(number: int) -> None:
        try:
            with transaction.atomic():
                record(Entry.Action.CHANGE, by=SYSTEM, kind="message", object_id=number)
            record(Entry.Action.READ, by=SYSTEM, kind="message", object_id=number)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))

    assert audit("verify").startswith("80 rows")


# ---------------------------------------------------------------- tampering, with the guards out of the way


def test_c3_an_edit_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET reason = 'nothing' WHERE seq = 4")

    assert first_wrong().startswith("Row 4: was changed")


@pytest.mark.parametrize("column", ["role", "action", "object_kind", "object_id", "relation", "request_id"])
def test_c3_an_edit_of_any_text_is_found(column: str, chain: list[Entry], sql: Sql) -> None:
    sql(f"UPDATE audit_entry SET {column} = 'x' WHERE seq = 2")  # noqa: S608 - a parameter above

    assert first_wrong().startswith("Row 2: was changed")


@pytest.mark.parametrize("column", ["actor", "unit", "patient", "address"])
def test_c3_an_id_that_is_taken_away_is_missed(column: str, chain: list[Entry], sql: Sql) -> None:
    sql(f"UPDATE audit_entry SET {column} = NULL WHERE seq = 2")  # noqa: S608 - a parameter above

    assert first_wrong().startswith("Row 2: was changed")


def test_c3_a_refusal_made_into_a_success_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET granted = %s WHERE seq = 3", False)

    assert first_wrong().startswith("Row 3: was changed")


def test_c3_a_moved_moment_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET at = %s WHERE seq = 3", chain[0].at.replace(year=2001))

    assert first_wrong().startswith("Row 3: was changed")


def test_c3_a_deleted_row_is_missed(chain: list[Entry], sql: Sql) -> None:
    sql("DELETE FROM audit_entry WHERE seq = 5")

    assert first_wrong() == "Row 5: is missing"


def test_c3_a_replaced_row_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET reason = 'x', digest = %s WHERE seq = 5", "f" * 64)

    assert first_wrong().startswith("Row 5: was changed")


def test_c3_two_rows_that_change_places_are_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET seq = -3 WHERE seq = 3")
    sql("UPDATE audit_entry SET seq = 3 WHERE seq = 6")
    sql("UPDATE audit_entry SET seq = 6 WHERE seq = -3")

    assert first_wrong().startswith("Row 3: does not follow")


def test_c3_contents_that_change_places_are_found(chain: list[Entry], sql: Sql) -> None:
    for mine, others in ((chain[2], chain[3]), (chain[3], chain[2])):
        sql(
            "UPDATE audit_entry SET object_id = %s, digest = %s WHERE seq = %s",
            others.object_id,
            others.digest,
            mine.seq,
        )
    sql("UPDATE audit_entry SET at = %s WHERE seq = 3", chain[3].at)
    sql("UPDATE audit_entry SET at = %s WHERE seq = 4", chain[2].at)

    assert first_wrong() == "Row 3: has a hash that is not its own"


def test_c3_a_lost_beginning_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("DELETE FROM audit_entry WHERE seq < 4")

    assert first_wrong() == "Row 1: is missing: rows 1 to 3 are gone without a signed cut"


def test_c3_a_lost_tail_is_found_by_the_anchor(chain: list[Entry], sql: Sql) -> None:
    audit("anchor")
    sql("DELETE FROM audit_entry WHERE seq > 6")

    assert first_wrong().startswith("Row 7: is missing: the anchor of")


def test_c3_an_emptied_table_is_found_by_the_anchor(chain: list[Entry], sql: Sql) -> None:
    audit("anchor")
    sql("DELETE FROM audit_entry")

    assert first_wrong().startswith("Row 1: is missing")


def rechain(sql: Sql, rows: list[Entry], start: int) -> None:
    """What a thorough intruder does: every row from one on gets the hashes that fit."""
    previous = rows[start - 2].hash
    for row in rows[start - 1 :]:
        row.object_id = f"{row.object_id}-changed" if row.seq == start else row.object_id
        digest = row.digest_now()
        hash = link(seq=row.seq or 0, row_id=row.pk, previous=previous, digest=digest)
        sql(
            "UPDATE audit_entry SET object_id = %s, digest = %s, previous_hash = %s, hash = %s "
            "WHERE seq = %s",
            *(row.object_id, digest, previous, hash, row.seq),
        )
        previous = hash


def test_c3_a_chain_made_anew_from_the_middle_is_found_by_the_anchor(chain: list[Entry], sql: Sql) -> None:
    rechain(sql, chain, 4)
    audit("verify")  # by itself such a chain is whole: this is what anchors are for

    audit("anchor")
    rechain(sql, chain, 2)

    assert first_wrong().startswith("Row 8: is not the one that the anchor of")


def test_c3_a_row_put_in_past_the_trigger_is_found(chain: list[Entry], sql: Sql) -> None:
    sql("UPDATE audit_entry SET seq = NULL WHERE seq = 8")

    assert first_wrong().startswith(f"Row 0: the row with id {chain[-1].pk} stands outside")


def test_c3_a_value_that_no_column_holds_is_a_fault_and_no_crash(chain: list[Entry], sql: Sql) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL refuses it itself.")
    sql("UPDATE audit_entry SET actor = 'nobody' WHERE seq = 1")

    assert first_wrong().startswith("Row 1: can't be read")


def test_c3_a_missing_trigger_is_told(chain: list[Entry], settings: LazySettings) -> None:
    settings.AUDIT_GUARDS = True

    assert "triggers are missing: audit_entry_no_" in first_wrong()
    assert missing_triggers(connection, guards=False) == []


def test_c3_verify_ends_with_one_for_whoever_calls_it(tmp_path: Path) -> None:
    """As a timer job sees it: another process, its exit code."""
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "ikbt.settings.test",
        "IKBT_TEST_STATE_DIR": str(tmp_path),
        "IKBT_TEST_DATABASE_URL": f"sqlite:///{tmp_path / 'log.sqlite3'}",
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "django", *words]
        return subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert run("migrate", "audit").returncode == 0
    assert run("audit", "verify").returncode == 0
    (tmp_path / "audit-anchors.jsonl").write_text('{"seq": 1}\n')
    forged = run("audit", "verify")

    assert (forged.returncode, "is not an anchor" in forged.stderr) == (1, True)


@pytest.mark.usefixtures("transactional_db", "anchor_file")
def test_c3_an_empty_log_has_nothing_to_anchor() -> None:
    with pytest.raises(CommandError, match="nothing to anchor"):
        audit("anchor")


@pytest.mark.usefixtures("transactional_db", "anchor_file")
def test_c3_writing_the_log_first_and_locking_a_row_then_is_no_deadlock() -> None:
    """PostgreSQL takes the chain's lock at commit: log and locks may come in any order."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time.")
    row = person("Anna", "Lind")
    logged, locked = Event(), Event()

    def logs_first() -> None:
        with transaction.atomic():
            record(Entry.Action.CHANGE, by=SYSTEM, kind="first")
            logged.set()
            locked.wait(10)
            Person.objects.select_for_update().get(pk=row.pk)
        connection.close()

    def locks_first() -> None:
        with transaction.atomic():
            logged.wait(10)
            Person.objects.select_for_update().get(pk=row.pk)
            locked.set()
            record(Entry.Action.CHANGE, by=SYSTEM, kind="second")
        connection.close()

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(logs_first), pool.submit(locks_first)]:
            done.result(timeout=20)

    assert audit("verify").startswith("2 rows")
