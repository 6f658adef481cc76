"""Registers ikbt.common."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """No models: doors, fields, clock and shared templates."""

    name = "ikbt.common"
    label = "common"
    verbose_name = "Common"
