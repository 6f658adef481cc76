"""`manage.py demo_code E-MAIL`: the authenticator code of a demo account, for those without a phone at
hand."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_otp.oath import TOTP

from ikbt.accounts.models import Person
from ikbt.demo.people import seed_of
from ikbt.demo.seeding import NotTheDemo, refuse_outside_demo


class Command(BaseCommand):
    """Print a demo account's present code."""

    help = "Print the six-digit code of a demo account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The account."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Refused outside the demo."""
        try:
            refuse_outside_demo()
        except NotTheDemo as refused:
            raise CommandError(str(refused)) from refused
        email = str(options["email"]).strip().lower()
        if not Person.objects.filter(email=email).exists():
            raise CommandError(f"The demo has no account {email}.")
        self.stdout.write(f"{TOTP(bytes.fromhex(seed_of(email))).token():06d}")
