"""Decides nothing itself: prints the data inventory, and fails when code and file disagree."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.privacy.inventory import as_json, load, problems
from ikbt.privacy.inventory_page import as_markdown
from ikbt.privacy.registry import found_models, other_apps


class Command(BaseCommand):
    help = "Print what is kept about whom and for how long; exit code 1 when a field has no data class."

    def add_arguments(self, parser: ArgumentParser) -> None:
        form = parser.add_mutually_exclusive_group()
        form.add_argument("--json", action="store_true", dest="as_json")
        form.add_argument("--markdown", action="store_true", help="as docs/inventory.md has it (the default)")

    def handle(self, *, as_json: bool = False, **options: Any) -> None:
        declared = load()
        wrong = problems(declared, found_models(), other_apps())
        if wrong:
            raise CommandError("\n".join(wrong), returncode=1)
        self.stdout.write(_written(as_json), ending="")


def _written(json_wanted: bool) -> str:
    declared = load()
    return f"{as_json(declared)}\n" if json_wanted else as_markdown(declared)
