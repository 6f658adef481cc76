"""The trigger that gives each new row its place in the chain; decides when the chain's lock is taken.

SQLite: with the insert, under the write lock that the transaction holds anyway. PostgreSQL: at commit, by a
deferred constraint trigger under an advisory lock, so that a long transaction keeps nobody waiting and
the lock is taken after the rows that the transaction works on. Nobody else ever sees a row without its place.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

from ikbt.audit.canonical import BEGINNING

TABLE = "audit_entry"
# Any number will do, as long as nothing else in this database takes the same advisory lock.
LOCK = 4_226_201_640

_SQLITE = f"""
CREATE TRIGGER {TABLE}_chain AFTER INSERT ON {TABLE} BEGIN
  UPDATE {TABLE} SET
    seq = head.seq + 1,
    previous_hash = head.hash,
    hash = SHA256((head.seq + 1) || ':' || NEW.id || ':' || head.hash || ':' || NEW.digest)
  FROM (
    SELECT seq, hash FROM {TABLE} WHERE seq IS NOT NULL
    UNION ALL SELECT 0, '{BEGINNING}'
    ORDER BY 1 DESC LIMIT 1
  ) AS head
  WHERE id = NEW.id;
END
"""  # noqa: S608 - names and numbers of this module only

_POSTGRESQL = f"""
CREATE FUNCTION {TABLE}_chain() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE
  last_seq bigint := 0;
  last_hash text := '{BEGINNING}';
BEGIN
  PERFORM pg_advisory_xact_lock({LOCK});
  SELECT seq, hash INTO last_seq, last_hash FROM {TABLE} WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1;
  IF NOT FOUND THEN
    last_seq := 0;
    last_hash := '{BEGINNING}';
  END IF;
  UPDATE {TABLE} SET
    seq = last_seq + 1,
    previous_hash = last_hash,
    hash = encode(sha256(convert_to(
      concat_ws(':', last_seq + 1, NEW.id, last_hash, NEW.digest), 'UTF8')), 'hex')
  WHERE id = NEW.id;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER {TABLE}_chain AFTER INSERT ON {TABLE}
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {TABLE}_chain();
"""  # noqa: S608 - names and numbers of this module only

_REMOVE = {
    "sqlite": f"DROP TRIGGER IF EXISTS {TABLE}_chain",
    "postgresql": f"DROP TRIGGER IF EXISTS {TABLE}_chain ON {TABLE}; "
    f"DROP FUNCTION IF EXISTS {TABLE}_chain();",
}


def install_chain(connection: BaseDatabaseWrapper) -> None:
    """Create the trigger; it is part of how the log works and stands in every profile."""
    with connection.cursor() as cursor:
        cursor.execute({"sqlite": _SQLITE, "postgresql": _POSTGRESQL}[connection.vendor])


def remove_chain(connection: BaseDatabaseWrapper) -> None:
    """Drop it, to take a migration back."""
    with connection.cursor() as cursor:
        cursor.execute(_REMOVE[connection.vendor])
