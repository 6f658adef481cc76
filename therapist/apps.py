"""Registers therapist."""

from django.apps import AppConfig


class TherapistConfig(AppConfig):
    """The therapist's desk."""

    name = "therapist"
    verbose_name = "The desk"
