"""`manage.py reach`: who can reach what and why, in counts, and which roles are due for review."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from ikbt.accounts.role_review import CONFIRM_EVERY
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common import clock
from ikbt.treatments.reach import Reach, ToReview, reach, to_review


class Command(BaseCommand):
    """Print the report; that it was made stands in the log."""

    help = (
        "Role by unit: how many people, which patients they reach by which relation, which roles to review."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As lines or as JSON."""
        parser.add_argument(
            "--review-after", type=int, default=CONFIRM_EVERY.days, help="days a role may run unseen"
        )
        parser.add_argument("--json", action="store_true", help="one JSON object a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask, log, print."""
        at = clock.now()
        rows: list[Reach | ToReview] = [
            *reach(at),
            *to_review(at, after=timedelta(days=options["review_after"])),
        ]
        record(Entry.Action.READ, by=SYSTEM, kind="access review", reason=f"{len(rows)} rows")
        for row in rows:
            self.stdout.write(_as_json(row) if options["json"] else _in_words(row))


def _as_json(row: Reach | ToReview) -> str:
    kind = "reach" if isinstance(row, Reach) else "to review"
    return json.dumps({"is": kind, **asdict(row)}, default=str, ensure_ascii=False)


def _in_words(row: Reach | ToReview) -> str:
    if isinstance(row, ToReview):
        return f"to review: {row.role} at {row.unit or '-'}, {row.person}, since {row.since:%Y-%m-%d}, no last day"
    by = ", ".join(f"{number} by {kind}" for kind, number in sorted(row.reached.items())) or "none"
    emergency = f"; {row.in_emergency} more in an emergency" if row.in_emergency else ""
    return f"{row.unit or '-'}: {row.people} {row.role} reach {by}{emergency} (may: {', '.join(row.may)})"
