"""`manage.py access_table`: who may open which address; exit code 1 when an address says nothing of it."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.common.access_table import Row, access_table, as_json_rows, undeclared


class Command(BaseCommand):
    """Print the access table."""

    help = "Every address with its methods, data class, who may come in and by which rule."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As JSON or as lines."""
        parser.add_argument("--json", action="store_true", help="one JSON list, a route a line")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print, then complain about what nobody guards."""
        rows = access_table()
        self.stdout.write(_as_json(rows) if options["json"] else _as_lines(rows))
        unguarded = undeclared(rows)
        if unguarded:
            paths = ", ".join(row.path for row in unguarded)
            raise CommandError(f"No door and no rule speaks for: {paths}", returncode=1)


def _as_json(rows: list[Row]) -> str:
    lines = [json.dumps(row, ensure_ascii=False) for row in as_json_rows(rows)]
    return "[\n" + ",\n".join(lines) + "\n]"


def _as_lines(rows: list[Row]) -> str:
    return "\n".join(
        f"/{row.path}  {' '.join(row.methods)}  {row.data}  {row.who}  ({row.rule})" for row in rows
    )
