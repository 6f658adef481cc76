"""Registers ikbt.privacy."""

from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    """What is kept about whom, for how long, and a person's rights to it."""

    name = "ikbt.privacy"
    label = "privacy"
    verbose_name = "Privacy"
