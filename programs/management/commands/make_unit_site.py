"""manage.py make_unit_site [SLUG …]: the pages, shelves and groups in Wagtail that care units lack."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from programs.site_tree import ensure_site


class Command(BaseCommand):
    """Says which units have their page; an unknown slug has exit code 1 and makes nothing."""

    help = (
        "Make what care units lack in Wagtail: start page, the unit's page, its shelf, its editors' groups."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Slugs of care units; none means all."""
        parser.add_argument("unit", nargs="*", help="the care unit's slug; all units when none is given")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing; run again it changes nothing."""
        asked = set(options["unit"])
        units = list(CareUnit.objects.filter(slug__in=asked) if asked else CareUnit.objects.all())
        if unknown := asked - {unit.slug for unit in units}:
            raise CommandError(f"There is no care unit {', '.join(sorted(unknown))}.")
        if not units:
            raise CommandError("There is no care unit yet. Register one in the administration first.")
        ensure_site(units, by=None, at=clock.now())
        for unit in units:
            self.stdout.write(f"{unit.name}: page, shelf and groups are there.")
