"""The app of a service's outcomes."""

from __future__ import annotations

from django.apps import AppConfig


class OutcomesConfig(AppConfig):
    """No tables of its own: it reads the summaries that ikbt.treatments keeps."""

    name = "ikbt.outcomes"
    label = "outcomes"
