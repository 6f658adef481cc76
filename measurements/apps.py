"""Registers measurements."""

from django.apps import AppConfig


class MeasurementsConfig(AppConfig):
    """Instruments, occasions, scores."""

    name = "measurements"
    verbose_name = "Measurements"
