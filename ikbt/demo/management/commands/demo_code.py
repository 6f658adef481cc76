"""`manage.py demo_code E-MAIL`: the authenticator code of a demo account, for those without a phone at hand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django_otp.oath import TOTP

from ikbt.accounts.models import Person
from ikbt.demo.people import seed_of


class Command(BaseCommand):
    """Print a demo account's present code."""

    help = "Print the six-digit code of a demo account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside the demo."""
        if not settings.DEMO_PROFILE:
            raise CommandError("Codes are told in the demo only: run it with DJANGO_SETTINGS_MODULE=ikbt.settings.demo.")
        if not Person.objects.filter(email=options["email"]).exists():
            raise CommandError(f"The demo has no account {options['email']}.")
        self.stdout.write(f"{TOTP(bytes.fromhex(seed_of(options['email']))).token():06d}")
