"""Registers ikbt.privacy and its checks."""

from django.apps import AppConfig
from django.core.checks import Tags, register


class PrivacyConfig(AppConfig):
    """What is kept about whom, for how long, and a person's rights to it."""

    name = "ikbt.privacy"
    label = "privacy"
    verbose_name = "Privacy"

    def ready(self) -> None:
        """Which keys are in use is told by `check --deploy --database default`."""
        # Fields can be imported when all apps are there, not before.
        from ikbt.privacy import key_use

        register(key_use.check_keys, Tags.database, Tags.security, deploy=True)
