"""Decides nothing: tells monitoring when the clock's job last went through; fails when it stands or steps fail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ikbt.common import clock
from ikbt.treatments.watching_clock import watch


class Command(BaseCommand):
    help = (
        "Say when run_clock last went through; exit with an error when that is too long ago, or steps failed."
    )

    def handle(self, **options: Any) -> None:
        minutes = settings.CLOCK_STILL_MINUTES
        if minutes <= 0:
            raise CommandError("Nothing is watched: IKBT_CLOCK_STILL_MINUTES is 0.")
        found = watch(at=clock.now())
        if found.last is None:
            raise CommandError("run_clock has never gone through.")
        told = f"run_clock last went through at {found.last.isoformat(timespec='seconds')}"
        if found.is_still:
            raise CommandError(f"{told}: more than {minutes} minutes ago.")
        if found.failed:
            raise CommandError(f"{told}, and {found.failed} of its steps failed; the log tells which.")
        self.stdout.write(f"{told}.")
