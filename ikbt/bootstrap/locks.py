"""Decides whether .venv holds what the locks ask for, and what is left to install."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

RUNTIME = "runtime"
TEST = "test"
FOLDER = Path(__file__).parent
STAMP_NAME = "ikbt-stamp.json"

_PACKAGE = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==", re.MULTILINE)


class SetUpError(Exception):
    """Set-up cannot go on; the text is one or two sentences for the person at the keyboard."""


@dataclass(frozen=True)
class Stamp:
    """What was completely installed: a lock's name and the SHA-256 of its text, for one Python."""

    python: str
    digests: Mapping[str, str] = field(default_factory=dict)

    def as_json(self) -> str:
        return json.dumps({"python": self.python, "digests": dict(self.digests)}, indent=1) + "\n"


def lock_path(name: str) -> Path:
    return FOLDER / f"{name}.lock"


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lock_digests(names: Iterable[str]) -> dict[str, str]:
    return {name: digest(lock_path(name).read_text(encoding="utf-8")) for name in names}


def package_count(lock_text: str) -> int:
    """How many packages a lock names; one that is listed for several Pythons counts once."""
    return len(set(_PACKAGE.findall(lock_text)))


def parse_stamp(text: str | None) -> Stamp | None:
    """The stamp in a stamp file's text; None where it is missing or cannot be read as one.

    A stamp cut short by a full disk must lead to a new installation, never to a crash.
    """
    try:
        found = json.loads(text or "")
        return Stamp(python=str(found["python"]), digests=dict(found["digests"]))
    except (ValueError, TypeError, KeyError):
        return None


def pending(stamp: Stamp | None, wanted: Mapping[str, str], *, python: str) -> list[str]:
    """Names of the locks still to install, in the order wanted. `python` is a version like "3.11"."""
    if stamp is None or stamp.python != python:
        return list(wanted)
    return [name for name, sha in wanted.items() if stamp.digests.get(name) != sha]


def stamp_after(stamp: Stamp | None, name: str, sha: str, *, python: str) -> Stamp:
    """The stamp once lock `name` is in; what another Python had installed is forgotten."""
    kept = dict(stamp.digests) if stamp and stamp.python == python else {}
    return Stamp(python=python, digests={**kept, name: sha})
