"""Decides nothing: shows the rules of automatic acts, and switches them off or on."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils import translation

from ikbt.accounts.models import CareUnit
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.automatic_rules import TABLE
from ikbt.treatments.switching import Switches, switch_rule


class Command(BaseCommand):
    help = "List what is done by rule; switch one rule or all off or on, at a unit or everywhere, at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", nargs="?", choices=["list", "off", "on"], default="list")
        parser.add_argument("--rule", default="", help="a rule's key; all rules when left out")
        parser.add_argument("--unit", default="", help="a unit's slug; all units when left out")
        parser.add_argument("--why", default="", help="why; logged, nothing about a patient")

    def handle(self, *, act: str, rule: str, unit: str, why: str, **options: Any) -> None:
        place = self._unit(unit)
        if act != "list":
            self._switch(rule, place, act == "off", why)
        switches = Switches()
        with translation.override("en"):
            for one in TABLE:
                off_by = switches.by_whom(one.key, place.pk if place else None) if one.may_be_off else ""
                state = f"off ({off_by})" if off_by else "on" if one.may_be_off else "always on"
                self.stdout.write(f"{one.key} v{one.version}: {state}. {one.what}.")

    def _switch(self, rule: str, place: CareUnit | None, is_off: bool, why: str) -> None:
        try:
            switch_rule(rule, unit=place, is_off=is_off, reason=why, by=SYSTEM, at=clock.now())
        except ValidationError as refused:
            with translation.override("en"):
                raise CommandError(" ".join(refused.messages)) from refused

    def _unit(self, slug: str) -> CareUnit | None:
        if not slug:
            return None
        found = CareUnit.objects.filter(slug=slug).first()
        if found is None:
            raise CommandError(f"There is no unit {slug}.")
        return found
