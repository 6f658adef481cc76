"""Registers ikbt.access_log."""

from django.apps import AppConfig


class AccessLogConfig(AppConfig):
    """The patient's own log and the auditor's review."""

    name = "ikbt.access_log"
    label = "access_log"
    verbose_name = "Access log screens"
