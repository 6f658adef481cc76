"""Decides nothing itself: reports what has had its time, and deletes it with --apply."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.privacy.retaining import Outcome, apply_retention


class Command(BaseCommand):
    help = (
        "Say per rule how many rows have had their time; --apply deletes them. Never the record or the log."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--apply", action="store_true", help="delete; without it nothing is changed")

    def handle(self, *, apply: bool = False, **options: Any) -> None:
        for outcome in apply_retention(by=SYSTEM, at=clock.now(), dry_run=not apply):
            self.stdout.write(f"{outcome.rule:<14} {_said(outcome, deleted=apply):<22} {outcome.kept}")
        if not apply:
            self.stdout.write("Nothing was changed. Delete with --apply.")


def _said(outcome: Outcome, *, deleted: bool) -> str:
    if outcome.rows is None:
        return "never deleted here"
    return f"{outcome.rows} {'deleted' if deleted else 'to be deleted'}"
