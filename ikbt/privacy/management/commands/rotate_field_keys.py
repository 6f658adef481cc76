"""Decides nothing itself: seals old text with the newest key, makes indexes anew, and tells which keys are in use."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.audit.recording import SYSTEM
from ikbt.common.sealed_columns import sealed_columns
from ikbt.privacy.key_use import KeyUse, uses
from ikbt.privacy.reindexing import INDEXES, make_indexes_anew, old_indexes, waiting
from ikbt.privacy.rotating import BATCH, Refused, look_through, rotate


class Command(BaseCommand):
    help = (
        "Seal all encrypted columns with the first key of IKBT_FIELD_KEYS and make all blind indexes anew with "
        "IKBT_INDEX_KEY. May be broken off and run again. Changes nothing when a row can't be read: exit code 1."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="open everything, change nothing")
        parser.add_argument("--batch", type=int, default=BATCH, help="rows a transaction")

    def handle(self, *, dry_run: bool = False, batch: int = BATCH, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch must be at least 1.", returncode=2)
        if dry_run:
            self._look(batch)
        else:
            self._rotate(batch)
        if waiting():
            self.stdout.write(
                f"{waiting()} e-identities get their new index when they are next used: keep the index key of "
                "before in IKBT_INDEX_KEYS_BEFORE until then."
            )
        for use in uses():
            self.stdout.write(_told(use))

    def _look(self, batch: int) -> None:
        found = look_through(sealed_columns(), batch=batch)
        for column in found:
            self.stdout.write(f"{column.name}: {column.older} rows to seal anew")
        unreadable = [one for column in found for one in column.unreadable]
        if unreadable:
            raise CommandError("Can't be read: " + "; ".join(unreadable), returncode=1)
        for index in INDEXES:
            self.stdout.write(f"{index.name}: {old_indexes(index)} indexes to make anew")
        self.stdout.write("Nothing was changed.")

    def _rotate(self, batch: int) -> None:
        try:
            sealed = rotate(sealed_columns(), by=SYSTEM, batch=batch)
        except Refused as unreadable:
            raise CommandError(str(unreadable), returncode=1) from unreadable
        for name, rows in sealed:
            self.stdout.write(f"{name}: {rows} rows sealed anew")
        for name, rows in make_indexes_anew(by=SYSTEM, batch=batch):
            self.stdout.write(f"{name}: {rows} indexes made anew")


def _told(use: KeyUse) -> str:
    if not use.on_ring:
        return f"Key {use.name!r} is NOT on the ring and seals {use.values} values."
    role = "seals all new text" if use.newest else "may leave the ring" if use.may_leave else "still in use"
    return f"Key {use.name!r}: {use.values} values; {role}."
