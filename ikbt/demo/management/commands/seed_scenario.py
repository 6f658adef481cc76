"""`manage.py seed_scenario --json`: fills the test profile's database with people for black-box tests."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from ikbt.common import clock
from ikbt.demo import preparing
from ikbt.demo.scenario import refuse_elsewhere, seed_scenario


class Command(BaseCommand):
    """Seed the scenario."""

    help = "Test profile only: one of each role over two units, with known passwords and TOTP seeds."
    # The database may not exist yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """As JSON or as lines."""
        parser.add_argument("--json", action="store_true", help="accounts as a JSON list")

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, seed, tell."""
        refuse_elsewhere()
        preparing.migrate()
        accounts = [account.told() for account in seed_scenario(at=clock.now())]
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False, indent=1))
            return
        for account in accounts:
            self.stdout.write(" ".join(str(value) for value in account.values()))
