"""Registers programs."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    """Treatment programs: drafts in Wagtail, frozen versions for patients."""

    name = "programs"
    verbose_name = "Programs"
    default_auto_field = "django.db.models.BigAutoField"
