"""Registers ikbt.audit and its checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from ikbt.audit import checks


class AuditConfig(AppConfig):
    """Append-only log of reads and writes."""

    name = "ikbt.audit"
    label = "audit"
    verbose_name = "Access log"

    def ready(self) -> None:
        """The settings of a real log are checked with --deploy."""
        register(checks.anchors_have_a_key, Tags.security, deploy=True)
        register(checks.shipping_is_known, Tags.security)
