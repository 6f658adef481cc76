"""Tells at start-up what is wrong with the table of e-ID providers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error

from ikbt.accounts.electronic_id.providers import BadTable, table


def providers_are_sound(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Each entry can be used, and no two share a key."""
    try:
        table()
    except BadTable as wrong:
        return [Error(str(wrong), id="accounts.E001")]
    return []
