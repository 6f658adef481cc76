"""Registers ikbt.accounts and its checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.electronic_id import checks


class AccountsConfig(AppConfig):
    """Persons, units, roles, sign-in."""

    name = "ikbt.accounts"
    label = "accounts"
    verbose_name = _("People, roles and units")

    def ready(self) -> None:
        """Faults in the table of e-ID providers are told by every command that checks."""
        register(checks.providers_are_sound, Tags.security)
