"""Prepares the demo's machine: translations, static files, database; decides what is done already and left
alone."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection

STAMP, MANIFEST = "static-stamp", "staticfiles.json"
# The access log's anchors tell of the database they were taken of.
DATABASE_FILES = ("ikbt.sqlite3", "ikbt.sqlite3-wal", "ikbt.sqlite3-shm", "audit-anchors.jsonl")


def forget() -> None:
    """Throw the demo's data away; its keys and collected static files stay."""
    connection.close()
    for name in DATABASE_FILES:
        (settings.STATE_DIR / name).unlink(missing_ok=True)
    shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)


def compile_translations() -> None:
    """Each catalogue that is newer than what was compiled of it."""
    call_command("translations", "compile", verbosity=0)


def collect_static() -> bool:
    """Collect, hash and compress the static files unless they are as last time; returns whether it was
    done."""
    stamp_file = settings.STATE_DIR / STAMP
    fresh = static_stamp()
    # Thrown away by hand, the collected files must come back.
    there = (Path(settings.STATIC_ROOT) / MANIFEST).exists()
    if there and stamp_file.exists() and stamp_file.read_text(encoding="utf-8") == fresh:
        return False
    # Removed first: a run that is cut off must not leave a stamp that says it was whole.
    stamp_file.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp_file.write_text(fresh, encoding="utf-8")
    return True


def static_stamp() -> str:
    """SHA-256 over path, size and time of every static file and of where they are collected."""
    digest = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    for finder in get_finders():
        for name, storage in sorted(finder.list([]), key=lambda found: str(found[0])):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def migrate() -> None:
    """Bring the database to the newest tables."""
    call_command("migrate", interactive=False, verbosity=0)


def hurry() -> None:
    """Until the connection is closed, don't wait for the disk: a demo cut off while it is made is made
    anew."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous = OFF")


def settle() -> None:
    """Write all to the disk and go back to the settings' own durability."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
