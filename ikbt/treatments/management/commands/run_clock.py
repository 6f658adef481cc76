"""Decides nothing: does what has come due by the clock; meant for cron, every few minutes."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.common import clock
from ikbt.treatments.rehearsing import Rehearsed, rehearse
from ikbt.treatments.timekeeping import keep_time
from ikbt.treatments.watching_clock import note_run


class Command(BaseCommand):
    help = (
        "Pass on alerts that nobody takes, remind, flag what is unanswered and what was never handed in; "
        "each once, however often this runs."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--dry-run", action="store_true", help="tell what would be done, and change nothing"
        )

    def handle(self, *, dry_run: bool = False, **options: Any) -> None:
        if dry_run:
            self._tell(rehearse(at=clock.now()))
            return
        kept = keep_time(at=clock.now())
        note_run(failed=kept.failed, at=clock.now())
        self.stdout.write(
            f"{kept.escalated} alerts passed on, {kept.asked_after} taken ones asked after, {kept.notices} notices, "
            f"{kept.missing} unanswered and {kept.unsent} unsent questionnaires flagged, "
            f"program versions released: {kept.released}, "
            f"courses with a module opened: {kept.opened}, recalled modules read as mended: {kept.mended}, "
            f"risks to be checked again: {kept.checks}, ended cases to close: {kept.to_close}, "
            f"reminders of late reviews: {kept.reminded}."
        )
        self.stdout.write(f"Silences: {kept.silent} steps done, {kept.silences_over} over.")
        if kept.failed:
            raise CommandError(
                f"{kept.failed} steps failed; the log tells which. They come again at the next run."
            )

    def _tell(self, told: Rehearsed) -> None:
        self.stdout.write("Would be done:")
        for name, count in sorted(told.acts.items()):
            self.stdout.write(f"  {name}: {count}")
        self.stdout.write(f"Of what waits to be sent, to {told.people} people now:")
        for (rule, said), count in sorted(told.sending.items()):
            self.stdout.write(f"  {rule}: {count} {said}")
