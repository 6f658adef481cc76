"""`manage.py demo`: migrates, seeds, says who can sign in, and serves pages and sockets from one process."""

from __future__ import annotations

import json
import shutil
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from ikbt.accounts.models import Person
from ikbt.demo.guide import accounts, table
from ikbt.demo.seeding import seed_region


class Command(BaseCommand):
    """Start the demo."""

    help = "Start the demo on this machine: no real patients, reachable from this machine only."
    # The database may not exist yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the demo."""
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="prepare everything and stop")
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away and seed anew")
        parser.add_argument("--patients", type=int, default=120, help="how many treatments to simulate")
        parser.add_argument("--accounts-json", type=Path, help="write accounts with their TOTP seeds to this file")

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, tell, serve."""
        if not settings.DEMO_PROFILE:
            raise CommandError("The demo runs with its own settings only: ikbt.settings.demo.")
        if options["patients"] < 1:
            raise CommandError("--patients must be at least 1.")
        if options["reset"]:
            self._say("Removing the old demo data")
            for name in ("ikbt.sqlite3", "ikbt.sqlite3-wal", "ikbt.sqlite3-shm"):
                (settings.STATE_DIR / name).unlink(missing_ok=True)
            shutil.rmtree(settings.MEDIA_ROOT, ignore_errors=True)
        self._prepare(options["patients"])
        if options["accounts_json"]:
            options["accounts_json"].write_text(json.dumps(accounts(), ensure_ascii=False, indent=2), encoding="utf-8")
        self.stdout.write(table(options["port"]))
        if not options["no_serve"]:
            self._serve(options["port"])

    def _prepare(self, patients: int) -> None:
        self._timed("Translations", lambda: call_command("translations", "compile", verbosity=0))
        self._timed("Static files", lambda: call_command("collectstatic", interactive=False, verbosity=0))
        self._timed("Database", lambda: call_command("migrate", interactive=False, verbosity=0))
        if not Person.objects.exists():
            self._timed("Region, programs and treatments", lambda: seed_region(patients, told=self._told))

    def _timed(self, what: str, work: Any) -> None:
        self._say(f"{what} ...")
        started = time.monotonic()
        work()
        self._say(f"{what}: {time.monotonic() - started:.1f} s")

    def _told(self, done: int, all_: int) -> None:
        if done % 20 == 0 or done == all_:
            self._say(f"  {done} of {all_} treatments")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _serve(self, port: int) -> None:
        origins = [f"http://localhost:{port}", f"http://127.0.0.1:{port}"]
        settings.WEBSOCKET_ORIGINS = origins
        self._say(f"\nikbt is at http://localhost:{port} - stop it with Ctrl-C.")
        # Loopback only, though people are sent to "localhost": a passkey can't belong to an IP address.
        uvicorn.run(
            "ikbt.asgi:application",
            host="127.0.0.1",
            port=port,
            log_level="warning",
            lifespan="off",
            ws_max_size=65_536,
            timeout_graceful_shutdown=5,
        )
