"""Entries of a layout's main menu; decides which one is marked as the page one is on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class NavItem:
    """One entry: its words, its address, how many things wait there, and whether one is there now."""

    label: str
    url: str
    count: int = 0
    current: bool = False


def mark_current(items: Iterable[NavItem], path: str) -> list[NavItem]:
    """The items, with the one marked whose address is the longest beginning of `path`, if any is."""
    listed = list(items)
    fitting = [item.url for item in listed if path == item.url or path.startswith(item.url.rstrip("/") + "/")]
    best = max(fitting, key=len, default=None)
    return [replace(item, current=item.url == best) for item in listed]
