"""Decides nothing itself: extracts, checks and compiles the Swedish catalogues from the command line."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.common import catalogues, translatable

ROOT = Path(__file__).resolve().parents[4]


class Command(BaseCommand):
    help = "update: fill catalogues from code and templates; check: name what is missing; compile: write .mo"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("action", choices=["update", "check", "compile"])
        parser.add_argument("apps", nargs="*", help="folders such as ikbt/treatments; all without")

    def handle(self, *, action: str, apps: list[str], **options: Any) -> None:
        if action == "compile":
            written = catalogues.compile_catalogues(ROOT)
            self.stdout.write(f"{len(written)} catalogues compiled.")
            return
        wanted = translatable.wanted_texts(ROOT)
        unknown = sorted(set(apps) - set(wanted))
        if unknown:
            raise CommandError(f"No such app: {', '.join(unknown)}. There are: {', '.join(sorted(wanted))}.")
        chosen = [wanted[app] for app in sorted(apps or wanted)]
        (self._update if action == "update" else self._check)(chosen)

    def _update(self, chosen: list[translatable.Wanted]) -> None:
        for wanted in chosen:
            path = catalogues.catalogue_path(ROOT, wanted.app)
            existing = catalogues.read_catalogue(path)
            if not wanted.sources and not path.exists():
                continue
            fresh = catalogues.merged(existing, wanted)
            catalogues.write_catalogue(path, fresh)
            left = len(catalogues.problems_of(wanted, fresh))
            self.stdout.write(f"{wanted.app}: {len(fresh)} texts, {left} to translate or mend.")

    def _check(self, chosen: list[translatable.Wanted]) -> None:
        read = [
            (wanted, catalogues.read_catalogue(catalogues.catalogue_path(ROOT, wanted.app)))
            for wanted in chosen
        ]
        found = [
            problem for wanted, catalogue in read for problem in catalogues.problems_of(wanted, catalogue)
        ]
        found += catalogues.conflicts((wanted.app, catalogue) for wanted, catalogue in read)
        for problem in found:
            self.stdout.write(str(problem))
        if found:
            raise CommandError(f"{len(found)} problems in the Swedish catalogues.", returncode=1)
        self.stdout.write(f"Swedish is complete: {sum(len(wanted.keys) for wanted in chosen)} texts.")
