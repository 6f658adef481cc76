"""D10: unique words of every sensitive field are in no byte of the database, its dumps or the channel layer."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels_redis.core import RedisChannelLayer
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from pytest_django import Settings
from redis import Redis

from ikbt.accounts.models import Person
from ikbt.common.live import treatment_group
from tests.access.test_canaries import MESSAGE, SECRETS, Scene
from tests.ikbt.privacy.key_rings import MORE, OLD, write_everything
from tests.therapist.scenes import write

CANARIES = (*SECRETS, *MORE)
on_sqlite = pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's own files")
on_postgresql = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="reads PostgreSQL's rows and dump"
)


@pytest.fixture
def scene(transactional_db: None, settings: Settings) -> Scene:
    """Everything is written and committed."""
    return write_everything(settings, OLD)


def found_in(raw: bytes) -> list[str]:
    """Canaries in these bytes, as they are or as UTF-16 would hold them."""
    return [
        each
        for each in CANARIES
        if each.encode() in raw or each.encode("utf-16-le") in raw or each.encode().hex().encode() in raw
    ]


def read(raw: bytes, scene: Scene) -> bytes:
    """The bytes, once they are shown to be the right ones: what stands in the clear is among them."""
    assert scene.cast.anna.email.encode() in raw
    return raw


def test_d10_the_canaries_are_written_and_would_be_found(scene: Scene) -> None:
    assert len(set(CANARIES)) == len(CANARIES) > 14
    assert found_in(f"x{MESSAGE}y".encode()) == [MESSAGE]
    assert found_in(MORE[0].encode("utf-16-le")) == [MORE[0]]
    assert Person.objects.get(pk=scene.cast.anna.pk).personal_number in CANARIES


@on_sqlite
def test_d10_the_file_and_its_write_ahead_log_hold_none(scene: Scene) -> None:
    file = Path(connection.settings_dict["NAME"])
    log = file.with_name(f"{file.name}-wal")

    assert log.stat().st_size > 0
    assert found_in(read(log.read_bytes() + file.read_bytes(), scene)) == []


@on_sqlite
def test_d10_a_rollback_journal_holds_none(scene: Scene, tmp_path: Path) -> None:
    """Of a copy that is not in WAL: its journal holds the pages as they were before a change."""
    copy = sqlite3.connect(tmp_path / "copy.sqlite3", isolation_level=None)
    connection.ensure_connection()
    connection.connection.backup(copy)
    copy.execute("PRAGMA journal_mode=DELETE")
    copy.execute("BEGIN IMMEDIATE")
    tables = [name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    for table in tables:
        if not table.startswith("sqlite_"):
            copy.execute(f"DELETE FROM {table}")  # noqa: S608 - from the catalogue

    journal = (tmp_path / "copy.sqlite3-journal").read_bytes()
    copy.execute("ROLLBACK")
    copy.close()

    assert found_in(read(journal, scene)) == []


@on_sqlite
def test_d10_a_dump_in_sql_holds_none(scene: Scene) -> None:
    connection.ensure_connection()

    dump = "\n".join(connection.connection.iterdump())

    assert "treatments_message" in dump
    assert found_in(read(dump.encode(), scene)) == []


@on_postgresql
def test_d10_the_rows_of_every_table_hold_none(scene: Scene) -> None:
    text = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            name = connection.ops.quote_name(table)
            cursor.execute(f"SELECT t::text FROM {name} AS t")  # noqa: S608 - from the catalogue
            text += [row for (row,) in cursor.fetchall()]

    assert found_in(read("\n".join(text).encode(), scene)) == []


@on_postgresql
def test_d10_pg_dump_holds_none(scene: Scene) -> None:
    dumper = shutil.which("pg_dump")
    assert dumper, (
        "The client programs of PostgreSQL belong to the test machine: apt-get install postgresql-client."
    )
    told = connection.settings_dict
    words = ["--host", told["HOST"], "--port", str(told["PORT"]), "--username", told["USER"], told["NAME"]]
    dumped = subprocess.run(
        [dumper, *words], env={**os.environ, "PGPASSWORD": told["PASSWORD"]}, capture_output=True, check=True
    )

    assert found_in(read(dumped.stdout, scene)) == []


def test_d10_djangos_own_dump_refuses_encrypted_columns(scene: Scene, tmp_path: Path) -> None:
    """It would open them and write them in the clear."""
    file = tmp_path / "dump.json"
    with pytest.raises(CommandError, match="is encrypted"):
        call_command("dumpdata", "treatments.message", output=str(file), verbosity=0)

    assert found_in(file.read_bytes() if file.exists() else b"") == []


async def test_d10_the_channel_layer_holds_hints_and_no_words(transactional_db: None, settings: Any) -> None:
    scene = await sync_to_async(write_everything)(settings, OLD)
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add(treatment_group(scene.cast.treatment.pk), channel)

    await sync_to_async(write)(scene.cast.treatment, MESSAGE, sender=scene.cast.tove)
    held = await sync_to_async(raw_layer)(layer)

    assert b"hint" in held
    assert b"message" in held
    assert found_in(held) == []
    assert (await layer.receive(channel))["type"] == "hint"
    # The thread that wrote has a connection of its own, which PostgreSQL would count as somebody's.
    await sync_to_async(connections.close_all)()


def raw_layer(layer: Any) -> bytes:
    """All that waits in the layer: Redis' own bytes, or the queues of the one within the process."""
    if not isinstance(layer, RedisChannelLayer):
        return repr({name: list(queue._queue) for name, queue in layer.channels.items()}).encode()
    redis = Redis.from_url(django_settings.REDIS_URL)
    keys = [key for key in redis.scan_iter(f"{layer.prefix}*") if redis.type(key) == b"zset"]
    members: list[Any] = [member for key in keys for member in redis.zrange(key, 0, -1)]
    return b"\n".join(members)
