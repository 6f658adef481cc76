"""What a program file becomes in Wagtail's fields; the way back is freezing."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Protocol
from uuid import NAMESPACE_URL, uuid5

from programs.tailoring import drafts


class Shelf(Protocol):
    """Finds or stores a picture or recording of the program's folder; the id under which Wagtail knows it."""

    def picture(self, name: str) -> int:
        """A picture's id."""

    def recording(self, name: str) -> int:
        """A document's id."""


def program_fields(program: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a ProgramPage."""
    least, most = program["therapist_minutes_per_week"]
    evidence = program.get("evidence", {})
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
        "measures": stream("measure", [_measure(measure) for measure in program["measures"]]),
        "conditions": program.get("conditions", []),
        "evidence_level": evidence.get("level", ""),
        "evidence_words": evidence.get("words", ""),
        "origin": program.get("origin", {}),
        "translates": program.get("translates", {}),
        "subtypes": stream("subtype", program.get("subtypes", [])),
        "choices": json.dumps(drafts.choices_to(program.get("choices", []), "modules", "choices")),
    }


def _measure(measure: Mapping[str, Any]) -> dict[str, Any]:
    days = measure.get("remind")
    return {**measure, **({"remind": ", ".join(map(str, days))} if days else {})}


def module_fields(module: Mapping[str, Any], stem: str, shelf: Shelf) -> dict[str, Any]:
    """Fields of a ModulePage; its slug is the name of its file."""
    steps = [
        {
            **step,
            **drafts.step_to(step, step["key"]),
            "blocks": [
                _block(block, shelf, f"{step['key']}:{place}") for place, block in enumerate(step["blocks"])
            ],
        }
        for step in module["steps"]
    ]
    unlock = drafts.unlock_to(module["unlock"], module["key"])
    return {
        **{key: module[key] for key in ("key", "title", "goal", "practice_minutes_per_week")},
        "slug": stem,
        "release": module["unlock"]["release"],
        "min_days": module["unlock"]["min_days"],
        "weekly": unlock["weekly"],
        "after": unlock["after"],
        "hold": json.dumps(unlock["hold"]),
        "offers": json.dumps(unlock["offers"]),
        "choices": json.dumps(drafts.choices_to(module.get("choices", []), "steps", module["key"])),
        "steps": stream("step", steps),
    }


def stream(kind: str, values: list[Any]) -> str:
    """A StreamField's JSON; ids follow from the place, so that the same files give the same draft."""
    return json.dumps(
        [{"type": kind, "value": value, "id": _id(f"{kind}:{index}")} for index, value in enumerate(values)]
    )


def _id(place: str) -> str:
    return str(uuid5(NAMESPACE_URL, place))


def _block(block: Mapping[str, Any], shelf: Shelf, place: str) -> dict[str, Any]:
    change = CHANGES.get(block["type"], _as_it_is)
    value = {key: part for key, part in block.items() if key != "type"}
    # Without an id the editor gives all of a page's blocks the same one, and a screen reader can't tell them apart.
    return {"type": block["type"], "value": {**value, **change(block, shelf)}, "id": _id(place)}


def _as_it_is(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    return {}


def _exercise(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    return {"fields": ", ".join(block["fields"] or []), "continues": block["continues"] or ""}


def _picture(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    return {"image": shelf.picture(block["file"])}


def _recording(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    captions = shelf.recording(block["captions"]) if block["captions"] else None
    return {"file": shelf.recording(block["file"]), "captions": captions}


def _film(block: Mapping[str, Any], shelf: Shelf) -> dict[str, Any]:
    poster = shelf.picture(block["poster"]) if block.get("poster") else None
    return {**_recording(block, shelf), "poster": poster}


CHANGES: dict[str, Callable[[Mapping[str, Any], Shelf], dict[str, Any]]] = {
    "exercise": _exercise,
    "image": _picture,
    "audio": _recording,
    "video": _film,
}
