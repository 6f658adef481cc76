"""Registers ikbt.audit."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Append-only log of reads and writes."""

    name = "ikbt.audit"
    label = "audit"
    verbose_name = "Access log"
