"""Triggers that refuse any change of a log row; decides what even raw SQL may not do. Also the grants."""

from __future__ import annotations

import re

from django.db.backends.base.base import BaseDatabaseWrapper

from ikbt.audit.chaining import TABLE

_SAYS = "The access log is append only."
NAMES = {
    "sqlite": (f"{TABLE}_no_update", f"{TABLE}_no_delete", f"{TABLE}_no_place"),
    "postgresql": (f"{TABLE}_no_change", f"{TABLE}_no_truncate", f"{TABLE}_no_place"),
}

# INSERT OR REPLACE removes a row without firing the delete trigger: the insert trigger refuses an id that is
# taken. SQLite shows an id that it will choose itself as -1.
_SQLITE = (
    f"CREATE TRIGGER {TABLE}_no_update BEFORE UPDATE ON {TABLE} WHEN OLD.hash <> '' "
    f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    f"CREATE TRIGGER {TABLE}_no_delete BEFORE DELETE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
    f"CREATE TRIGGER {TABLE}_no_place BEFORE INSERT ON {TABLE} "  # noqa: S608 - a name of ours
    "WHEN NEW.seq IS NOT NULL OR NEW.hash <> '' "
    f"OR (NEW.id > 0 AND NEW.id <= (SELECT MAX(id) FROM {TABLE})) "
    f"BEGIN SELECT RAISE(ABORT, '{_SAYS}'); END",
)

_POSTGRESQL = (
    f"""
CREATE FUNCTION {TABLE}_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'INSERT' AND NEW.seq IS NULL AND NEW.hash = '' THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'UPDATE' AND OLD.hash = ''
     AND to_jsonb(OLD) - '{{seq,previous_hash,hash}}'::text[]
       = to_jsonb(NEW) - '{{seq,previous_hash,hash}}'::text[] THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION '{_SAYS}' USING ERRCODE = 'integrity_constraint_violation';
END $$
""",
    f"CREATE TRIGGER {TABLE}_no_change BEFORE UPDATE OR DELETE ON {TABLE} "
    f"FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard()",
    f"CREATE TRIGGER {TABLE}_no_truncate BEFORE TRUNCATE ON {TABLE} "
    f"FOR EACH STATEMENT EXECUTE FUNCTION {TABLE}_guard()",
    f"CREATE TRIGGER {TABLE}_no_place BEFORE INSERT ON {TABLE} FOR EACH ROW EXECUTE FUNCTION {TABLE}_guard()",
)

_STANDING = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger "
    "WHERE tgrelid = to_regclass(%s) AND NOT tgisinternal AND tgenabled <> 'D'",
}
_ROLE = re.compile(r"[a-z_][a-z0-9_$]{0,62}", re.IGNORECASE)


def install_guards(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers."""
    with connection.cursor() as cursor:
        for statement in {"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor]:
            cursor.execute(statement)


def remove_guards(connection: BaseDatabaseWrapper) -> None:
    """Drop them: to take a migration back, or to prune by policy inside one transaction."""
    on_table = "" if connection.vendor == "sqlite" else f" ON {TABLE}"
    with connection.cursor() as cursor:
        for name in NAMES[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on_table}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {TABLE}_guard()")


def missing_triggers(connection: BaseDatabaseWrapper, *, guards: bool) -> list[str]:
    """The log's triggers that do not stand or are switched off, the chain's alone without `guards`."""
    wanted = [f"{TABLE}_chain", *(NAMES[connection.vendor] if guards else ())]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING[connection.vendor], [TABLE])
        standing = {row[0] for row in cursor.fetchall()}
    return [name for name in wanted if name not in standing]


def grants(role: str) -> str:
    """SQL for PostgreSQL's owner: the application's role may add and read log rows, and nothing else.

    Raises ValueError for what is no plain role name. It must not own the table: an owner can drop triggers.
    """
    if not _ROLE.fullmatch(role):
        raise ValueError(f"Not a role's name: {role!r}.")
    return "\n".join(
        [
            f'REVOKE ALL ON TABLE {TABLE} FROM "{role}";',
            f"REVOKE ALL ON TABLE {TABLE} FROM PUBLIC;",
            f'GRANT SELECT, INSERT ON TABLE {TABLE} TO "{role}";',
        ]
    )
