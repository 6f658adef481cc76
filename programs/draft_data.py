"""What a program file becomes in Wagtail's fields; the way back is freezing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5


class Shelf(Protocol):
    """Finds or stores a picture or recording of the program's folder; the id under which Wagtail knows it."""

    def picture(self, name: str) -> int:
        """A picture's id."""

    def recording(self, name: str) -> int:
        """A document's id."""


def program_fields(program: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a ProgramPage."""
    least, most = program["therapist_minutes_per_week"]
    plain = ("key", "language", "title", "summary", "target", "for_whom", "weeks", "licence")
    return {
        **{key: program[key] for key in plain},
        "slug": program["key"],
        "primary_care": "primary" in program["level_of_care"],
        "specialist_care": "specialist" in program["level_of_care"],
        "therapist_minutes_least": least,
        "therapist_minutes_most": most,
        "sources": stream("source", program["sources"]),
        "persons": stream("person", program["persons"]),
        "measures": stream("measure", program["measures"]),
    }


def module_fields(module: Mapping[str, Any], stem: str, shelf: Shelf) -> dict[str, Any]:
    """Fields of a ModulePage; its slug is the name of its file."""
    steps = [
        {**step, "blocks": [_block(block, shelf) for block in step["blocks"]]} for step in module["steps"]
    ]
    return {
        **{key: module[key] for key in ("key", "title", "goal", "practice_minutes_per_week")},
        "slug": stem,
        "release": module["unlock"]["release"],
        "min_days": module["unlock"]["min_days"],
        "steps": stream("step", steps),
    }


def stream(kind: str, values: list[Any]) -> str:
    """A StreamField's JSON; ids follow from the place, so that the same files give the same draft."""
    return json.dumps(
        [
            {"type": kind, "value": value, "id": str(uuid5(NAMESPACE_URL, f"{kind}:{index}"))}
            for index, value in enumerate(values)
        ]
    )


def _block(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    kind = block["type"]
    value = {key: part for key, part in block.items() if key != "type"}
    if kind == "exercise":
        value |= {"fields": ", ".join(block["fields"] or []), "continues": block["continues"] or ""}
    elif kind == "image":
        value["image"] = shelf.picture(value.pop("file"))
    elif kind in {"audio", "video"}:
        value["file"] = shelf.recording(value["file"])
        value["captions"] = shelf.recording(value["captions"]) if value["captions"] else None
    return {"type": kind, "value": value}
