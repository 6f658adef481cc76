"""Puts a unit's own wording and numbers into a shipped definition, under versions of its own. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from measurements.definition import read_instrument

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Wording:
    """A unit's wording in one language: `words` as BroughtWording.as_data, `source` its holder and licence."""

    language: str
    words: Data
    source: str
    verified: bool


def combined(data: Data, *, wordings: Sequence[Wording], numbers: Data | None, whose: str) -> dict[str, Any]:
    """The definition with the unit's wordings and numbers in it; raises DefinitionError when it can't be used.

    Version and rule version carry a mark made of what was put in and `whose` it is, so that the same gives the same,
    and scores tell which rule made them: 1.0.0+3fa2c1d9. Without own parts it is the shipped definition.
    """
    made: dict[str, Any] = json.loads(json.dumps(data))
    for wording in wordings:
        _put_wording(made, wording)
    if numbers:
        _put_numbers(made, numbers)
        made["rule_version"] = f"{data['rule_version']}+{_mark(numbers, whose)}"
    if made != data:
        made["version"] = f"{data['version']}+{_mark(made, whose)}"
    read_instrument(made)
    return made


def _mark(value: Any, whose: str) -> str:
    text = json.dumps([whose, value], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _put_wording(made: dict[str, Any], wording: Wording) -> None:
    language, words = wording.language, wording.words
    made["languages"][language] = {"source": wording.source, "verified": wording.verified}
    made["title"][language] = words["title"]
    made["about"].setdefault(language, made["about"]["en"])
    # An introduction is for all languages or for none.
    if words["intro"] and (made["intro"] or len(made["languages"]) == 1):
        made["intro"][language] = words["intro"]
    sets: list[Any] = []
    for item in (*made["items"], *made["unscored"]):
        item["text"][language] = words["items"][item["id"]]["text"]
        options = json.loads(json.dumps(made["option_sets"][item["options"]]))
        for option in options:
            option["text"][language] = words["items"][item["id"]]["options"][option["code"]]
        if options not in sets:
            sets.append(options)
        item["own_set"] = sets.index(options)
    for item in (*made["items"], *made["unscored"]):
        item["options"] = f"answers-{item.pop('own_set') + 1}"
    made["option_sets"] = {f"answers-{number}": options for number, options in enumerate(sets, start=1)}


def _put_numbers(made: dict[str, Any], numbers: Data) -> None:
    """Cut-off, reliable change and where bands begin; what isn't named stays as shipped."""
    citation = numbers["citation"]
    if "cut_off" in numbers:
        side = made.get("cut_off", {}).get("side") or ("at_least" if made["higher_is_worse"] else "at_most")
        made["cut_off"] = {"value": numbers["cut_off"], "side": side, "citation": citation}
    if "reliable_change" in numbers:
        points = {"points": numbers["reliable_change"], "derivation": "", "citation": citation}
        made["reliable_change"] = points
    if "bands" in numbers:
        _move_bands(made["scoring"], numbers["bands"])


def _move_bands(scoring: dict[str, Any], begins: Mapping[str, int]) -> None:
    bands = scoring["bands"]
    for band in bands[1:]:
        band["from"] = begins.get(band["key"], band["from"])
    for band, after in pairwise(bands):
        band["to"] = after["from"] - 1
