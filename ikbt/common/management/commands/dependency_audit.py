"""`manage.py dependency_audit`: fails on a package that is too old, has a hole or could not be audited."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.bootstrap.floors import GOOD_FOR, LOOKED_AT, below, locked, stale, unaudited
from ikbt.bootstrap.locks import RUNTIME, TEST, lock_path
from ikbt.common import clock


class Command(BaseCommand):
    """Hold the locks against the floors, and against a report where there is one."""

    help = "Give pip-audit's JSON report, or say that the dated floors are the only check."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """One of the two, so that nobody takes floors for an audit."""
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--report", type=Path, help="output of pip-audit --format json -r <lock>")
        how.add_argument(
            "--floors-only", action="store_true", help="where no source of advisories is reachable"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Raise CommandError with each fault on a line."""
        packages = locked("\n".join(lock_path(name).read_text(encoding="utf-8") for name in (RUNTIME, TEST)))
        faults = below(packages)
        if stale(clock.today()):
            faults.append(f"The floors were looked at {LOOKED_AT}, more than {GOOD_FOR.days} days ago.")
        if options["report"]:
            faults += unaudited(options["report"].read_text(encoding="utf-8"), packages)
        if faults:
            raise CommandError("\n".join(faults), returncode=1)
        said = "audited" if options["report"] else "not audited, only held against the floors"
        self.stdout.write(f"{len(packages)} packages, {said} (floors of {LOOKED_AT}).")
