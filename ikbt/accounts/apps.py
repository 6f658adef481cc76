"""Registers ikbt.accounts."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Persons, units, roles, sign-in."""

    name = "ikbt.accounts"
    label = "accounts"
    verbose_name = "Accounts"
