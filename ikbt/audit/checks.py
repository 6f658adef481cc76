"""Settings that a real log needs; told by `manage.py check --deploy`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

from ikbt.audit.shipping import handler_for

ANCHOR_KEY_LENGTH = 32


def anchors_have_a_key(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A key of its own, long enough, and not the one that indexes personal numbers."""
    if (
        len(settings.AUDIT_ANCHOR_KEY) >= ANCHOR_KEY_LENGTH
        and settings.AUDIT_ANCHOR_KEY != settings.INDEX_KEY
    ):
        return []
    return [
        Error(
            "IKBT_AUDIT_ANCHOR_KEY must be at least 32 random characters, and no key that is used elsewhere.",
            id="audit.E001",
        )
    ]


def shipping_is_known(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """AUDIT_SHIP names a way there is."""
    try:
        if settings.AUDIT_SHIP:
            handler_for(settings.AUDIT_SHIP)
    except ValueError as wrong:
        return [Error(str(wrong), id="audit.E002")]
    except OSError:
        # Nobody listens there just now: lines will be counted as lost, the log itself goes on.
        return []
    return []
