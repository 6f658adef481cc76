"""Registers ikbt.common."""

from django.apps import AppConfig
from django.core.checks import Tags, register

from ikbt.common import proxy_checks
from ikbt.common.clock import refuse_to_be_moved


class CommonConfig(AppConfig):
    """No models: doors, fields, clock and shared templates."""

    name = "ikbt.common"
    label = "common"
    verbose_name = "Common"

    def ready(self) -> None:
        """No profile but the tests' starts with a moved clock; a number of proxies that can't be is told."""
        refuse_to_be_moved()
        register(proxy_checks.proxies_are_counted, Tags.security)
