"""The program file format: what a folder must hold; everything else is refused with its place."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from measurements.plan import When
from programs.block_shapes import BLOCK
from programs.catalogue_terms import Condition, Evidence
from programs.freezing import FORMAT, requirements
from programs.media import HEAD_BYTES, kind_of
from programs.shapes import (
    ISO_DATE,
    Check,
    Misshapen,
    described,
    keyed,
    listed,
    nothing_or,
    number,
    one_of,
    record,
    text,
)
from programs.tailoring.shape import KEY, STEP_MAY, SUBTYPES, UNLOCK_MAY, choices_of

MAX_FILE_BYTES = 2_000_000
MAX_STEPS = 60
STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
ADDRESS = re.compile(r"https?://\S+")
SLUG = re.compile(r"[-a-zA-Z0-9_]{1,50}")
SHA256 = re.compile(r"[0-9a-f]{64}")
NUMBER = re.compile(r"\d{1,5}\.\d{1,5}")

Document = dict[str, Any]


@dataclass(frozen=True)
class ProgramFiles:
    """A program read from a folder: its file, and its modules by file stem, in order."""

    folder: Path
    program: Document
    modules: dict[str, Document]


@described({"type": "string", "format": "date"})
def _day(value: object, place: str) -> None:
    text(10, like=ISO_DATE)(value, place)
    try:
        date.fromisoformat(str(value))
    except ValueError:
        raise Misshapen(place, "isn't a date") from None


STEP = record(
    {"key": text(40, like=KEY), "title": text(120), "blocks": listed(BLOCK, least=1, most=30)}, STEP_MAY
)
MODULE = record(
    {
        "key": text(40, like=KEY),
        "title": text(200),
        "goal": text(2000),
        "practice_minutes_per_week": number(0, 2000),
        "unlock": record(
            {
                "release": one_of("start", "therapist", "auto", "offer"),
                "min_days": number(0, 365),
                "requires": listed(
                    record({"step": text(40, like=KEY), "count": number(1, 100)}), most=MAX_STEPS
                ),
            },
            UNLOCK_MAY,
        ),
        "steps": listed(STEP, least=1, most=MAX_STEPS),
    },
    {"choices": choices_of("steps")},
)
# Hashes of another program's steps, by step key: as they were when ours were copied or translated.
_STEPS_SEEN = keyed(text(40, like=KEY), text(64, like=SHA256), most=40 * MAX_STEPS)
# What a program file may leave out.
_CATALOGUE: dict[str, Check] = {
    "conditions": listed(one_of(*Condition.values), least=1, most=len(Condition.values)),
    "evidence": record({"level": one_of(*Evidence.values), "words": text(2000, empty=True)}),
    "origin": record(
        {
            "unit": text(50, like=SLUG),
            "program": text(40, like=KEY),
            "version": text(11, like=NUMBER),
            "hash": text(64, like=SHA256),
        },
        {"steps": _STEPS_SEEN, "modules": _STEPS_SEEN},
    ),
    "translates": record({"program": text(40, like=KEY), "steps": _STEPS_SEEN}),
}
PROGRAM = record(
    {
        "format": one_of(FORMAT),
        "key": text(40, like=KEY),
        "language": text(5, like=re.compile(r"[a-z]{2}(-[A-Z]{2})?")),
        "title": text(200),
        "summary": text(2000),
        "target": text(2000, empty=True),
        "for_whom": text(2000, empty=True),
        "weeks": number(1, 104),
        "level_of_care": listed(one_of("primary", "specialist"), most=2),
        "therapist_minutes_per_week": listed(number(0, 600), least=2, most=2),
        "licence": text(60),
        "sources": listed(
            record(
                {"title": text(500), "url": nothing_or(text(500, like=ADDRESS)), "checked": nothing_or(_day)}
            ),
            most=100,
        ),
        "persons": listed(record({"name": text(80), "age": number(0, 120), "about": text(2000)}), most=30),
        "measures": listed(
            record(
                {"instrument": text(60), "when": one_of(*(when for when in When if when is not When.EXTRA))},
                {
                    "week": number(1, 104),
                    "every": number(1, 12),
                    "month": number(1, 60),
                    "module": text(40),
                    "by": text(60),
                    "from_score": number(1, 1000),
                    "item": number(1, 100),
                    "from_answer": number(1, 100),
                    "within": number(0, 60),
                    "most": number(1, 52),
                    "opens": number(-60, 365),
                    "due": number(-60, 365),
                    "closes": number(-60, 365),
                    "remind": listed(number(0, 365), least=1, most=10),
                    "language": text(5),
                    "who": one_of("patient", "staff"),
                },
            ),
            most=60,
        ),
        "modules": listed(text(100, like=STEM), least=1, most=40),
    },
    {**_CATALOGUE, "subtypes": SUBTYPES, "choices": choices_of("modules")},
)


def read_program(folder: Path) -> ProgramFiles:
    """Read and check a whole program; raises Misshapen, whose sentence names the file and the place in it.

    Nothing outside the folder is read, whatever its files name.
    """
    program = _read(folder, "program.json", PROGRAM)
    if len(set(program["modules"])) != len(program["modules"]):
        raise Misshapen("program.json, modules", "names a file twice")
    modules = {stem: _read(folder, f"{stem}.json", MODULE) for stem in program["modules"]}
    for stem, module in modules.items():
        _refuse_other_requirements(module, f"{stem}.json")
        _refuse_missing_media(module, folder, f"{stem}.json")
    return ProgramFiles(folder, program, modules)


def _read(folder: Path, name: str, shape: Check) -> Document:
    path = folder / name
    if not path.is_file():
        raise Misshapen(name, "is missing")
    _refuse_outside(path, folder, name)
    if path.stat().st_size > MAX_FILE_BYTES:
        raise Misshapen(name, f"is larger than {MAX_FILE_BYTES} bytes")
    try:
        document: Document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=once_each)
    except (ValueError, RecursionError) as broken:
        raise Misshapen(name, f"can't be read as JSON: {broken}") from None
    shape(document, name)
    return document


def once_each(pairs: list[tuple[str, Any]]) -> Document:
    """For json.loads: raises ValueError for a key that stands twice."""
    # JSON lets a key stand twice and the last win: what an author read first would silently be dropped.
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _refuse_other_requirements(module: Mapping[str, Any], name: str) -> None:
    if module["unlock"]["requires"] != requirements(module["steps"]):
        raise Misshapen(f"{name}, unlock, requires", "must name each exercise that isn't optional, in order")


def _refuse_missing_media(module: Mapping[str, Any], folder: Path, name: str) -> None:
    for step in module["steps"]:
        for block in step["blocks"]:
            place = f"{name}, step {step['key']}"
            if "file" in block:
                _refuse_other_media(folder, block["file"], block["type"], place)
            if block.get("captions"):
                _refuse_other_media(folder, block["captions"], "text", place)
            if block.get("poster"):
                _refuse_other_media(folder, block["poster"], "image", place)


def _refuse_other_media(folder: Path, named: str, kind: str, place: str) -> None:
    path = folder / named
    if not path.is_file():
        raise Misshapen(place, f"names {named}, which is missing")
    _refuse_outside(path, folder, place)
    with path.open("rb") as opened:
        found = kind_of(opened.read(HEAD_BYTES))
    if found is None or not found.startswith(f"{kind}/"):
        raise Misshapen(place, f"names {named}, whose content isn't {kind}")


def _refuse_outside(path: Path, folder: Path, place: str) -> None:
    # A symbolic link may lead anywhere on the machine.
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Misshapen(place, "leads out of the folder")
