"""Decides nothing: does what has come due by the clock; meant for cron, every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.common import clock
from ikbt.treatments.timekeeping import keep_time


class Command(BaseCommand):
    help = "Remind, flag what is unanswered and what was never handed in; each once, however often this runs."

    def handle(self, **options: Any) -> None:
        kept = keep_time(at=clock.now())
        self.stdout.write(
            f"{kept.notices} notices, {kept.missing} unanswered and {kept.unsent} unsent questionnaires flagged."
        )
        if kept.failed:
            raise CommandError(
                f"{kept.failed} steps failed; the log tells which. They come again at the next run."
            )
