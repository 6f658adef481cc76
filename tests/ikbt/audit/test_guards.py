"""C3: in every profile but the tests' the database itself refuses to change a log row."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.management import CommandError
from django.db import DatabaseError, IntegrityError, connection, transaction

from ikbt.audit.canonical import FIELDS
from ikbt.audit.guards import missing_triggers
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Unlogged, record
from tests.cast import gather
from tests.conftest import signed_in_client
from tests.ikbt.audit.conftest import ROWS, Sql, audit

on_postgresql = pytest.mark.skipif("connection.vendor != 'postgresql'", reason="PostgreSQL only")
on_sqlite = pytest.mark.skipif("connection.vendor != 'sqlite'", reason="SQLite only")


@pytest.mark.usefixtures("guarded")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x' WHERE seq = 2",
        "UPDATE audit_entry SET hash = '' WHERE seq = 2",
        "UPDATE audit_entry SET seq = NULL WHERE seq = 2",
        "DELETE FROM audit_entry WHERE seq = 2",
        "DELETE FROM audit_entry",
    ],
)
def test_c3_raw_sql_changes_nothing(statement: str, chain: list[Entry], sql: Sql) -> None:
    with pytest.raises(IntegrityError, match="append only"):
        sql(statement)

    assert audit("verify").startswith(f"{ROWS} rows")


COPY = ", ".join(["id", *FIELDS, "digest"])


@on_sqlite
@pytest.mark.usefixtures("guarded")
def test_c3_insert_or_replace_replaces_nothing(chain: list[Entry], sql: Sql) -> None:
    with pytest.raises(IntegrityError, match="append only"):
        sql(
            f"INSERT OR REPLACE INTO audit_entry ({COPY}, previous_hash, hash) "  # noqa: S608 - names above
            f"SELECT {COPY}, '', '' FROM audit_entry WHERE seq = 2"
        )

    assert audit("verify").startswith(f"{ROWS} rows")


@pytest.mark.usefixtures("guarded")
def test_c3_nobody_chooses_a_rows_place(chain: list[Entry], sql: Sql) -> None:
    columns = COPY.removeprefix("id, ")
    with pytest.raises(IntegrityError, match="append only"):
        sql(
            f"INSERT INTO audit_entry ({columns}, seq, previous_hash, hash) "  # noqa: S608 - names above
            f"SELECT {columns}, 99, '', '' FROM audit_entry WHERE seq = 2"
        )


@pytest.mark.usefixtures("guarded")
def test_rows_are_still_added(chain: list[Entry]) -> None:
    record(Entry.Action.READ, by=SYSTEM, kind="treatment")

    assert audit("verify").startswith(f"{ROWS + 1} rows")


@on_postgresql
@pytest.mark.usefixtures("guarded")
def test_c3_the_table_is_not_truncated(chain: list[Entry], sql: Sql) -> None:
    with pytest.raises(IntegrityError, match="append only"):
        sql("TRUNCATE audit_entry")


@on_postgresql
@pytest.mark.usefixtures("guarded")
def test_c3_a_row_can_be_changed_by_nobody_before_commit_either(chain: list[Entry], sql: Sql) -> None:
    with transaction.atomic():
        record(Entry.Action.READ, by=SYSTEM, kind="treatment")
        with pytest.raises(IntegrityError, match="append only"):
            sql("UPDATE audit_entry SET reason = 'x' WHERE seq IS NULL")
        transaction.set_rollback(True)


# ---------------------------------------------------------------- grants


@pytest.fixture
def application(transactional_db: None, sql: Sql) -> Iterator[str]:
    """A role with no more than the printed grants, and this connection acting as it."""
    sql("DROP ROLE IF EXISTS ikbt_app_test")
    sql("CREATE ROLE ikbt_app_test")
    for statement in audit("grants", "--role", "ikbt_app_test").splitlines():
        sql(statement)
    sql("SET ROLE ikbt_app_test")
    yield "ikbt_app_test"
    sql("RESET ROLE")
    sql("REVOKE ALL ON TABLE audit_entry FROM ikbt_app_test")
    sql("DROP ROLE ikbt_app_test")


@on_postgresql
@pytest.mark.usefixtures("application")
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET reason = 'x'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_chain ON audit_entry",
    ],
)
def test_c3_the_applications_role_may_only_add_and_read(statement: str, chain: list[Entry], sql: Sql) -> None:
    record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    with pytest.raises(DatabaseError, match=r"permission denied|must be owner"):
        sql(statement)

    assert audit("verify").startswith(f"{ROWS + 1} rows")


@pytest.mark.parametrize("name", ["x; DROP TABLE audit_entry", 'a"b', "", "1st"])
def test_a_roles_name_is_no_sql(name: str) -> None:
    with pytest.raises(CommandError, match="Not a role's name"):
        audit("grants", "--role", name)


# ---------------------------------------------------------------- C2


@on_sqlite
def test_c2_a_log_that_refuses_rows_refuses_the_act(chain: list[Entry], sql: Sql) -> None:
    sql("CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END")
    try:
        with pytest.raises(Unlogged):
            record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    finally:
        sql("DROP TRIGGER full_disk")


@on_sqlite
def test_c2_a_page_that_cannot_be_logged_is_not_shown(transactional_db: None, sql: Sql) -> None:
    cast = gather()
    anna, tove = signed_in_client(cast.anna), signed_in_client(cast.tove)
    pages = [
        (anna, f"/behandling/{cast.treatment.pk}/"),
        (anna, "/min-logg/"),
        (anna, "/min-logg/hamta/"),
        (tove, f"/arbetslista/{cast.treatment.pk}/"),
        (tove, "/arbetslista/"),
    ]
    sql("CREATE TRIGGER full_disk BEFORE INSERT ON audit_entry BEGIN SELECT RAISE(ABORT, 'full'); END")
    try:
        answers = [client.get(path) for client, path in pages]
    finally:
        sql("DROP TRIGGER full_disk")

    assert [answer.status_code for answer in answers] == [503] * len(pages)
    assert not any("Anna" in answer.content.decode() for answer in answers)


@pytest.mark.usefixtures("transactional_db")
def test_tests_themselves_run_without_guards() -> None:
    assert missing_triggers(connection, guards=True)
