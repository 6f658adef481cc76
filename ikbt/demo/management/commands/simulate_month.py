"""`manage.py simulate_month`: a unit lives through a month; fails when anything is not as it must be."""

from __future__ import annotations

import tempfile
import time
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.demo.month.invariants import INVARIANTS
from ikbt.demo.month.living import Month
from ikbt.demo.month.reporting import report
from ikbt.demo.month.simulating import refuse_elsewhere, simulate_month, throwaway_database

SHOWN = 3


class Command(BaseCommand):
    """Simulate, report, check."""

    help = (
        "Test profile only: a unit lives through a month in a database that is thrown away; reports alerts, answer "
        "times and reminders, and ends with 1 when an invariant does not hold."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How large, how long, which chance."""
        parser.add_argument("--therapists", type=int, default=30)
        parser.add_argument("--patients", type=int, default=1500)
        parser.add_argument("--days", type=int, default=30)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--every", type=int, default=30, help="minutes between the runs of cron by day")

    def handle(self, *args: Any, **options: Any) -> None:
        """In a folder of its own."""
        refuse_elsewhere()
        for name in ("therapists", "patients", "days", "every"):
            if options[name] < 1:
                raise CommandError(f"--{name} is at least 1.")
        with tempfile.TemporaryDirectory(prefix="ikbt-month-") as folder, throwaway_database(Path(folder)):
            began = time.monotonic()
            month = simulate_month(
                therapists=options["therapists"],
                people=options["patients"],
                days=options["days"],
                seed=options["seed"],
                every=timedelta(minutes=options["every"]),
                told=lambda day: self.stderr.write(f"day {day}"),
            )
            lived = time.monotonic() - began
            self.stdout.write("\n".join(report(month)))
            broken = self._check(month)
        self.stdout.write(f"\nLived in {lived / 60:.1f} minutes.")
        if broken:
            raise CommandError(f"{broken} of {len(INVARIANTS)} invariants do not hold.", returncode=1)

    def _check(self, month: Month) -> int:
        """Tell each invariant by its name; how many do not hold."""
        self.stdout.write("\nInvariants")
        broken = 0
        for invariant in INVARIANTS:
            found = invariant(month)
            broken += bool(found)
            words = invariant.__name__.replace("_", " ")
            self.stdout.write(f"  {'holds' if not found else 'BROKEN':<7} {words}")
            for sentence in found[:SHOWN]:
                self.stdout.write(f"          {sentence}")
        return broken
