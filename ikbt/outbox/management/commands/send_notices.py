"""Decides nothing: sends the notices that are due; meant for cron, every few minutes."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ikbt.common import clock
from ikbt.outbox.sending import due_notices, send


class Command(BaseCommand):
    help = "Send the notices that are due; what fails is tried again later, ever more seldom."

    def handle(self, **options: Any) -> None:
        now = clock.now()
        due = due_notices(at=now)
        sent = sum(send(notice, at=now) for notice in due)
        self.stdout.write(f"{sent} of {len(due)} notices sent.")
