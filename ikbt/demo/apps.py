"""Registers ikbt.demo."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Seeding and simulation."""

    name = "ikbt.demo"
    label = "demo"
    verbose_name = "Demo"
