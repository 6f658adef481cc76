"""`manage.py audit`: decides nothing itself; verifies, anchors, exports, cuts and prints grants."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from ikbt.audit.anchoring import Forged, anchor_file, anchors, drop_anchor
from ikbt.audit.fhir import audit_event
from ikbt.audit.guards import grants, missing_triggers
from ikbt.audit.models import Entry
from ikbt.audit.pruning import TooYoung, prune
from ikbt.audit.recording import SYSTEM, record
from ikbt.audit.verifying import BATCH, verify
from ikbt.common import clock


def moment(text: str) -> datetime:
    """2026-11-23 is the Swedish midnight that begins the day; a time needs its offset."""
    try:
        return clock.midnight(date.fromisoformat(text))
    except ValueError:
        told = datetime.fromisoformat(text)
    if told.tzinfo is None:
        raise ValueError("A time needs its offset, as in 2026-11-23T08:00+01:00.")
    return told


class Command(BaseCommand):
    help = "The access log: verify its chain, anchor its head, export it, cut it by policy, print grants."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        check = actions.add_parser("verify", help="exit code 0, or 1 and the first wrong row")
        check.add_argument("--anchors", type=Path, help="another file than the one of the settings")
        check.add_argument(
            "--require-anchor", action="store_true", help="a log without an anchor is wrong too"
        )
        drop = actions.add_parser("anchor", help="append the signed head to the anchor file")
        drop.add_argument("--stdout", action="store_true", help="print it as well, for syslog")
        export = actions.add_parser("export", help="FHIR AuditEvents, one a line")
        export.add_argument("--fhir", action="store_true", required=True)
        export.add_argument("--patient", type=UUID)
        export.add_argument("--since", type=moment)
        export.add_argument("--until", type=moment)
        cut = actions.add_parser(
            "prune", help="remove what is older than a day; at least five years are kept"
        )
        cut.add_argument("--before", type=moment, required=True)
        cut.add_argument("--dry-run", action="store_true")
        give = actions.add_parser(
            "grants", help="SQL that lets the application's role add and read, nothing else"
        )
        give.add_argument("--role", required=True)

    def handle(self, *, action: str, **options: Any) -> None:
        doing: dict[str, Callable[[Namespace], None]] = {
            "verify": self._verify,
            "anchor": self._anchor,
            "export": self._export,
            "prune": self._prune,
            "grants": self._grants,
        }
        try:
            doing[action](Namespace(**options))
        except (Forged, TooYoung, ImproperlyConfigured, ValueError) as wrong:
            raise CommandError(str(wrong), returncode=1) from wrong

    def _verify(self, options: Namespace) -> None:
        missing = missing_triggers(connection, guards=settings.AUDIT_GUARDS)
        found = verify(anchors(options.anchors or anchor_file()))
        if found.fault:
            raise CommandError(str(found.fault), returncode=1)
        if missing:
            raise CommandError(
                f"The chain is whole, but triggers are missing: {', '.join(missing)}.", returncode=1
            )
        if options.require_anchor and not found.anchors:
            raise CommandError(
                "The chain is whole, but no anchor tells that nothing was cut off.", returncode=1
            )
        self.stdout.write(f"{found.rows} rows are as they were written; {found.anchors} anchors agree.")

    def _anchor(self, options: Namespace) -> None:
        anchor = drop_anchor(anchor_file(), at=clock.now())
        if anchor is None:
            raise CommandError("The log is empty: there is nothing to anchor.", returncode=1)
        told = {"log": "ikbt.audit.anchor", **asdict(anchor)}
        self.stdout.write(
            json.dumps(told) if options.stdout else f"Anchored row {anchor.seq} in {anchor_file()}."
        )

    def _export(self, options: Namespace) -> None:
        rows = Entry.objects.between(options.since, options.until).order_by("id")
        if options.patient:
            rows = rows.about(options.patient)
        record(Entry.Action.EXPORT, by=SYSTEM, kind="access log", patient=options.patient, reason="command")
        for row in rows.iterator(chunk_size=BATCH):
            self.stdout.write(json.dumps(audit_event(row), ensure_ascii=False))

    def _prune(self, options: Namespace) -> None:
        gone = prune(before=options.before, by=SYSTEM, at=clock.now(), dry_run=options.dry_run)
        self.stdout.write(f"{gone} rows {'would go' if options.dry_run else 'are gone'}.")

    def _grants(self, options: Namespace) -> None:
        self.stdout.write(grants(options.role))
