"""Registers ikbt.outbox."""

from django.apps import AppConfig


class OutboxConfig(AppConfig):
    """Queue of neutral notices."""

    name = "ikbt.outbox"
    label = "outbox"
    verbose_name = "Outbox"
