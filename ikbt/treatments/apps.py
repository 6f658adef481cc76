"""Registers ikbt.treatments."""

from importlib import import_module

from django.apps import AppConfig

from ikbt.outbox.judging import judge_through


class TreatmentsConfig(AppConfig):
    """One patient's course through a program with a therapist."""

    name = "ikbt.treatments"
    label = "treatments"
    verbose_name = "Treatments"

    def ready(self) -> None:
        """The outbox lies below and can't call us: it asks whoever has said that she judges."""
        judge_through("treatments", import_module("ikbt.treatments.still_wanted").judge)
