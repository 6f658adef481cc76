"""What a step says as plain lines, for setting two beside each other. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from programs.media import FACTS_OF_FILES, FILES_OF_BLOCK
from programs.reading_level import plain_text

# Names and references, which tell a reader nothing.
UNTOLD = FACTS_OF_FILES | {"type", "key", "definition_hash", *FILES_OF_BLOCK}


def lines_of(document: Mapping[str, Any] | None) -> list[str]:
    """Everything of a step, or of a module without its steps, that somebody reads or that decides something."""
    if document is None:
        return []
    return [line for part in _told(document) for line in plain_text(part).splitlines()]


def _told(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, part in value.items():
            if key not in UNTOLD:
                yield from _told(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from _told(part, name)
    elif isinstance(value, str):
        yield value
    elif isinstance(value, int) and value:
        yield f"{name}: {value}"
