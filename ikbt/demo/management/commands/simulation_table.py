"""`manage.py simulation_table`: prints the table of docs/simulation.md, counted anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ikbt.demo.figures import figures, markdown, sample


class Command(BaseCommand):
    """Print what the simulation gives beside what it is held against."""

    help = "Print the simulation's figures as a Markdown table."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """No database is read."""
        self.stdout.write(markdown(figures(sample())))
