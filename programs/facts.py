"""The few facts of a version that lists are made of, so that no list reads a whole outline. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from programs.tailoring.path import counted

# Of the outline, as they stand there; what an older version lacks is empty.
TOLD: Mapping[str, Any] = {
    "title": "",
    "summary": "",
    "for_whom": "",
    "language": "",
    "weeks": 0,
    "level_of_care": [],
    "therapist_minutes_per_week": [],
    "conditions": [],
}


def facts_of(outline: Mapping[str, Any]) -> dict[str, Any]:
    """What the catalogue and the public pages list of one version."""
    return {
        **{name: outline.get(name, missing) for name, missing in TOLD.items()},
        "evidence": outline.get("evidence", {}).get("level", ""),
        "translates": outline.get("translates", {}).get("program", ""),
        "modules": len(counted(outline)),
    }
