"""Decides which locked packages are too old, by a dated list, and which were never audited; pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

# The day somebody last read the projects' security pages for everything in the locks.
LOOKED_AT = date(2026, 11, 23)
# Older than this, the list says nothing of today.
GOOD_FOR = timedelta(days=92)
_LOCKED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[^\]]*\])?==([0-9][^\s;\\]*)", re.MULTILINE)


@dataclass(frozen=True)
class Floor:
    """The lowest version that may be locked, and the advisories that say so."""

    package: str
    lowest: str
    because: str


FLOORS = (
    Floor(
        "django", "5.2.17", "CVE-2026-15307, 15337, 15830, 15920; before: CVE-2025-64459, 57833, 2026-1207"
    ),
    Floor("wagtail", "7.4.3", "CVE-2026-55468: drafts in the pages API; before: CVE-2026-28222, 28223"),
    Floor(
        "authlib",
        "1.9.0",
        "CVE-2026-27962, 28802, 28498, 114617: keys, algorithms and nonces of the sender's",
    ),
    Floor("daphne", "4.2.2", "CVE-2026-44545, 44546: unlimited frames, injected headers"),
)


def locked(text: str) -> dict[str, set[str]]:
    """Package, in lower case with hyphens, to the versions that a lock names: one for each Python."""
    found: dict[str, set[str]] = {}
    for name, version in _LOCKED.findall(text):
        found.setdefault(normal(name), set()).add(version)
    return found


def normal(name: str) -> str:
    """A package's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def below(packages: Mapping[str, Iterable[str]], floors: Iterable[Floor] = FLOORS) -> list[str]:
    """One sentence for each locked version under its floor; floors of what isn't locked are kept for later."""
    return [
        f"{floor.package} {version} is below {floor.lowest}: {floor.because}"
        for floor in floors
        for version in sorted(packages.get(floor.package, ()))
        if _numbers(version) < _numbers(floor.lowest)
    ]


def _numbers(version: str) -> tuple[int, ...]:
    """The release part, to compare; a pre-release counts as the one before: 5.2.17rc1 is below 5.2.17."""
    release = re.match(r"\d+(?:\.\d+)*", version)
    if release is None:
        raise ValueError(f"{version!r} is no version.")
    parts = tuple(int(part) for part in release.group().split("."))
    padded = (*parts, *(0,) * (4 - len(parts)))
    early = re.match(r"(a|b|rc|\.dev)\d", version[release.end() :])
    return (*padded, -1 if early else 0)


def stale(today: date) -> bool:
    """Whether the list was last looked at too long ago to be a check."""
    return today - LOOKED_AT > GOOD_FOR


def unaudited(report: str, packages: Iterable[str]) -> list[str]:
    """Faults in a pip-audit report (its JSON): what has a hole, what was skipped, and what it never mentions.

    pip-audit ends with "No known vulnerabilities" and exit code 0 when it could look up nothing: here each
    package must stand in the report, with an empty list of holes and no reason for skipping. Raises
    ValueError for what is no such report.
    """
    told = json.loads(report)
    entries = told.get("dependencies") if isinstance(told, dict) else None
    if not isinstance(entries, list):
        raise ValueError("This is no report of pip-audit in JSON.")
    by_name = {normal(entry["name"]): entry for entry in entries}
    return [fault for name in sorted(packages) if (fault := _fault(name, by_name.get(name)))]


def _fault(name: str, entry: Mapping[str, object] | None) -> str:
    if entry is None:
        return f"{name}: not in the report, so not audited"
    if entry.get("skip_reason") or "vulns" not in entry:
        return f"{name}: could not be audited ({entry.get('skip_reason', 'no answer')})"
    holes = entry["vulns"]
    ids = ", ".join(str(hole.get("id")) for hole in holes) if isinstance(holes, list) else "unreadable"
    return f"{name}: {ids}" if ids else ""
