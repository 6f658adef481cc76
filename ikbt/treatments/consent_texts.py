"""What patients are told of their data, in versions; decides that a version once shown never changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ikbt.accounts.models import CareUnit

FOLDER = Path(__file__).with_name("information")
CARE, RESEARCH = "care", "research"


@dataclass(frozen=True)
class Part:
    """A paragraph, with or without a heading."""

    heading: str
    text: str


@dataclass(frozen=True)
class ConsentText:
    """One version of one text. `hash` is SHA-256 of its file: what a consent remembers."""

    kind: str
    version: int
    hash: str
    _title: Mapping[str, str]
    _parts: Mapping[str, Any]

    def title(self, language: str) -> str:
        """In Swedish where there is no such language."""
        return self._title.get(language, self._title["sv"])

    def parts(self, language: str, unit: CareUnit) -> list[Part]:
        """With the unit's own names and number put in, as they are today."""
        own = {"unit": unit.name, "provider": unit.provider.name, "phone": unit.phone}
        rows = self._parts.get(language, self._parts["sv"])
        return [Part(row["heading"], row["text"].format_map(own)) for row in rows]


@cache
def texts(kind: str) -> tuple[ConsentText, ...]:
    """All versions of a kind, the oldest first; a file for each, `<kind>-<version>.json`."""
    found = [_read(path) for path in FOLDER.glob(f"{kind}-*.json")]
    return tuple(sorted(found, key=lambda text: text.version))


def current(kind: str) -> ConsentText:
    """The newest version: what is shown to whoever is asked now."""
    return texts(kind)[-1]


def version(kind: str, number: int) -> ConsentText | None:
    """An earlier version, readable for ever."""
    return next((text for text in texts(kind) if text.version == number), None)


def _read(path: Path) -> ConsentText:
    raw = path.read_bytes()
    row = json.loads(raw)
    return ConsentText(
        row["kind"], row["version"], hashlib.sha256(raw).hexdigest(), row["title"], row["parts"]
    )
