"""`manage.py sbom`: the bill of materials of what is installed, as CycloneDX JSON."""

from __future__ import annotations

import json
import tomllib
from importlib.metadata import distributions
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from ikbt.bootstrap.bill_of_materials import bill
from ikbt.bootstrap.floors import locked
from ikbt.bootstrap.locks import RUNTIME, lock_path
from ikbt.common import clock


class Command(BaseCommand):
    """Print the bill of materials."""

    help = "CycloneDX 1.6: every installed package with version, licence, and whether a server needs it."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        """One JSON document."""
        project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        runtime = locked(lock_path(RUNTIME).read_text(encoding="utf-8"))
        made = bill(distributions(), runtime=runtime, version=project["version"], made_at=clock.now())
        self.stdout.write(json.dumps(made, indent=1, ensure_ascii=False))
