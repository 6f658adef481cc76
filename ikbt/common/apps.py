"""Registers ikbt.common."""

from django.apps import AppConfig

from ikbt.common.clock import refuse_to_be_moved


class CommonConfig(AppConfig):
    """No models: doors, fields, clock and shared templates."""

    name = "ikbt.common"
    label = "common"
    verbose_name = "Common"

    def ready(self) -> None:
        """No profile but the tests' starts with a moved clock."""
        refuse_to_be_moved()
