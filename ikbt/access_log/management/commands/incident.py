"""`manage.py incident`: affected patients and a timeline out of the log, of one user, one address, or everybody."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from itertools import chain
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from ikbt.access_log.incident import Affected, Event, affected, rows_of, timeline
from ikbt.accounts.models import Person
from ikbt.audit.management.commands.audit import moment
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common import clock


class Command(BaseCommand):
    """Print the report; that it was taken out stands in the log."""

    help = "Affected patients and a timeline out of the access log, for the report of an incident."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """A time window, and whose doings; nobody named means everybody's."""
        parser.add_argument(
            "--since", type=moment, required=True, help="2026-11-23, or a time with its offset"
        )
        parser.add_argument("--until", type=moment, required=True, help="not included")
        parser.add_argument("--person", help="e-mail or id of one user")
        parser.add_argument("--address", help="one address on the net")
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line: patients, then events"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, log, print."""
        if options["until"] <= options["since"]:
            raise CommandError("--until comes after --since.", returncode=1)
        actor = _person(options["person"]) if options["person"] else None
        # Up to now and no further, so that this report is not a part of itself.
        until = min(options["until"], clock.now())
        rows = rows_of(options["since"], until, actor=actor, address=options["address"])
        record(
            Entry.Action.EXPORT,
            by=SYSTEM,
            kind="incident",
            object_id=actor or "",
            reason=f"{options['since'].isoformat()} - {until.isoformat()}",
        )
        told = affected(rows)
        if not options["json"]:
            self.stdout.write(f"{sum(one.was_shown for one in told)} patients were shown, {len(told)} named:")
        lines: Iterable[Affected | Event] = chain(told, timeline(rows))
        for line in lines:
            self.stdout.write(_as_json(line) if options["json"] else _in_words(line))


def _person(written: str) -> UUID:
    """The id of the user meant; one who has been erased is still known to the log by her id."""
    try:
        return UUID(written)
    except ValueError:
        found = Person.objects.filter(Q(email__iexact=written)).values_list("pk", flat=True).first()
    if found is None:
        raise CommandError(f"Nobody here has the e-mail {written}.", returncode=1)
    return found


def _as_json(line: Affected | Event) -> str:
    kind = "patient" if isinstance(line, Affected) else "event"
    return json.dumps({"is": kind, **asdict(line)}, default=str, ensure_ascii=False)


def _in_words(line: Affected | Event) -> str:
    if isinstance(line, Affected):
        refused = f", {line.refused} refused" if line.refused else ""
        return f"  {line.patient}  {line.name}: {line.rows} rows{refused}, {_when(line.first)} - {_when(line.last)}"
    parts = [
        _when(line.at),
        line.who,
        line.did,
        line.kind,
        line.object_id,
        str(line.patient or ""),
        line.address,
    ]
    return "  ".join([*parts, line.relation or "-", "" if line.granted else "REFUSED"]).rstrip()


def _when(at: datetime) -> str:
    return at.astimezone(clock.STOCKHOLM).isoformat(timespec="seconds")
