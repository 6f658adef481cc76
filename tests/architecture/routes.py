"""Walks the resolver: every address of the site with its view."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """An address pattern, its full name, and the view behind it."""

    path: str
    name: str
    view: Callable[..., Any]

    @property
    def door(self) -> Any:
        """The door of the view, or None."""
        return getattr(self.view, "door", None)


def routes() -> list[Route]:
    """All routes of ikbt.urls."""
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: list[Any], prefix: str, namespace: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from _walk(pattern.url_patterns, path, inner)
        elif isinstance(pattern, URLPattern):
            yield Route(path, f"{namespace}{pattern.name}", pattern.callback)
