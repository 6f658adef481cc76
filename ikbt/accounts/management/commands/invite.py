"""Decides nothing: makes an invitation link from the command line, as for the very first administrator."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.urls import reverse

from ikbt.accounts.inviting import invite
from ikbt.accounts.models import Person
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock


class Command(BaseCommand):
    help = "Print a link, good once for seven days, to choose a password and connect an app."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *, email: str, **options: Any) -> None:
        person = Person.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise CommandError("No active person has this e-mail address.")
        token = invite(person, by=SYSTEM, at=clock.now())
        path = reverse("accounts:choose_password", kwargs={"token": token})
        self.stdout.write(f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{path}")
