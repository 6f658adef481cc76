"""manage.py import_program FOLDER --unit SLUG [--publish]: files to drafts, and to a version if asked."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.common import clock
from programs.importing import import_program
from programs.models import UnitPage
from programs.publishing import Unpublishable, publish_when_changed
from programs.shapes import Misshapen


class Command(BaseCommand):
    """Says in one sentence what it did or why it refused; refusal has exit code 1 and stores nothing."""

    help = "Import a program folder as drafts of a care unit."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """FOLDER, the unit's slug, and whether to publish."""
        parser.add_argument("folder", type=Path)
        parser.add_argument("--unit", required=True, help="the care unit's slug")
        parser.add_argument(
            "--publish", action="store_true", help="publish a version when the content has changed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Import, then publish if asked."""
        unit_page = UnitPage.objects.filter(unit__slug=options["unit"]).first()
        if unit_page is None:
            raise CommandError(f"There is no care unit {options['unit']!r} with a page of its own.")
        try:
            page = import_program(options["folder"], unit_page=unit_page, by=None, at=clock.now())
            self.stdout.write(f"{page.title}: drafts are as in {options['folder']}.")
            if options["publish"]:
                version = publish_when_changed(page, by=None, at=clock.now())
                self.stdout.write(f"{page.title}: version {version.number} is current.")
        except (Misshapen, Unpublishable) as refused:
            raise CommandError(str(refused)) from refused
