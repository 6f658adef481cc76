"""Registers ikbt.treatments."""

from django.apps import AppConfig


class TreatmentsConfig(AppConfig):
    """One patient's course through a program with a therapist."""

    name = "ikbt.treatments"
    label = "treatments"
    verbose_name = "Treatments"
