"""Tells before a deployment when the number of our own proxies can't be right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error

# More than that stands in front of nobody: it is a port or a mistake.
MOST_PROXIES = 5


def proxies_are_counted(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """A number that can be, and the same belief in the proxy's word about HTTPS as about addresses."""
    proxies: object = settings.TRUSTED_PROXIES
    if not isinstance(proxies, int) or not 0 <= proxies <= MOST_PROXIES:
        return [
            Error(f"IKBT_TRUSTED_PROXIES must be 0 to {MOST_PROXIES}, not {proxies!r}.", id="common.E001")
        ]
    if settings.SECURE_PROXY_SSL_HEADER and not proxies:
        return [
            Error(
                "X-Forwarded-Proto is believed, but no proxy is counted: every visitor would seem to come from the "
                "proxy, and one guesser would hold up all sign-in. Set IKBT_TRUSTED_PROXIES to the number of proxies.",
                id="common.E002",
            )
        ]
    return []
