"""Registers ikbt.outbox."""

from importlib import import_module

from django.apps import AppConfig

from ikbt.accounts.telling import tell_through


class OutboxConfig(AppConfig):
    """Queue of neutral notices."""

    name = "ikbt.outbox"
    label = "outbox"
    verbose_name = "Outbox"

    def ready(self) -> None:
        """Accounts lies below and can't call us: it tells whoever has said that it listens."""
        queueing = import_module("ikbt.outbox.queueing")
        tell_through("outbox", queueing.tell_of_sign_in)
