"""`manage.py demo`: migrates, seeds, says who can sign in, and serves pages and sockets from one process."""

from __future__ import annotations

import json
import socket
import time
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uvicorn
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ikbt.accounts.models import Person
from ikbt.demo import preparing
from ikbt.demo.guide import accounts, table
from ikbt.demo.seeding import NotTheDemo, refuse_outside_demo, seed_region

MOST_PATIENTS = 2000
# One line of progress for so many treatments.
EVERY = 20
HOST = "127.0.0.1"


def port(text: str) -> int:
    """A port number; raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= 65_535:
        raise ArgumentTypeError(f"a port is a number from 1 to 65535, not {text!r}")
    return int(text)


def patients(text: str) -> int:
    """How many treatments; raises ArgumentTypeError."""
    if not text.isdecimal() or not 1 <= int(text) <= MOST_PATIENTS:
        raise ArgumentTypeError(f"a number from 1 to {MOST_PATIENTS}, not {text!r}")
    return int(text)


class Command(BaseCommand):
    """Start the demo."""

    help = "Start the demo on this machine: no real patients, reachable from this machine only."
    # The database may not exist yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Options of the demo."""
        parser.add_argument("--port", type=port, default=settings_port())
        parser.add_argument("--no-serve", action="store_true", help="prepare everything and stop")
        parser.add_argument("--reset", action="store_true", help="throw the demo's data away and seed anew")
        parser.add_argument("--patients", type=patients, default=120, help="how many treatments to simulate")
        parser.add_argument(
            "--accounts-json", type=Path, help="write accounts with their TOTP seeds to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Prepare, tell, serve."""
        try:
            refuse_outside_demo()
        except NotTheDemo as refused:
            raise CommandError(str(refused)) from refused
        if not options["no_serve"]:
            refuse_taken(options["port"])
        if options["reset"]:
            self._say("Removing the old demo data")
            preparing.forget()
        self._prepare(options["patients"])
        if options["accounts_json"]:
            self._write_accounts(options["accounts_json"])
        self._say(table(options["port"]))
        if not options["no_serve"]:
            self._serve(options["port"])

    def _prepare(self, count: int) -> None:
        self._timed("Translations", preparing.compile_translations)
        self._timed("Static files", preparing.collect_static)
        preparing.hurry()
        self._timed("Database", preparing.migrate)
        if not Person.objects.exists():
            self._timed("Region, programs and treatments", lambda: seed_region(count, told=self._told))
        preparing.settle()

    def _timed(self, what: str, work: Callable[[], object]) -> None:
        self._say(f"{what} ...")
        started = time.monotonic()
        work()
        self._say(f"{what}: {time.monotonic() - started:.1f} s")

    def _told(self, done: int, all_: int) -> None:
        if done % EVERY == 0 or done == all_:
            self._say(f"  {done} of {all_} treatments")

    def _say(self, words: str) -> None:
        self.stdout.write(words)
        self.stdout.flush()

    def _write_accounts(self, file: Path) -> None:
        try:
            file.write_text(json.dumps(accounts(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"The accounts could not be written to {file}: {error.strerror}.") from error
        self._say(f"Accounts and their seeds: {file}")

    def _serve(self, port: int) -> None:
        settings.WEBSOCKET_ORIGINS = [f"http://localhost:{port}", f"http://{HOST}:{port}"]
        self._say(f"\nikbt is at http://localhost:{port} - stop it with Ctrl-C.")
        # Loopback only, though people are sent to "localhost": a passkey can't belong to an IP address.
        uvicorn.run(
            "ikbt.asgi:application",
            host=HOST,
            port=port,
            log_level="warning",
            lifespan="off",
            ws_max_size=65_536,
            timeout_graceful_shutdown=5,
        )


def settings_port() -> int:
    """The demo's port; 8000 where the settings are another environment's."""
    return int(getattr(settings, "DEMO_PORT", 8000))


def refuse_taken(port: int) -> None:
    """Raise CommandError before any work when another program has the port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CommandError(
                f"Port {port} is taken: {error.strerror}. Stop what uses it or choose one with --port."
            ) from error
