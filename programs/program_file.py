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
from programs.exercises.definitions import load_all
from programs.freezing import FORMAT, requirements
from programs.media import HEAD_BYTES, kind_of
from programs.sanitising import clean, foreign_parts
from programs.shapes import (
    ISO_DATE,
    Check,
    Misshapen,
    listed,
    nothing_or,
    number,
    of_type,
    one_of,
    record,
    text,
    truth,
)

MAX_FILE_BYTES = 2_000_000
MAX_STEPS = 60
KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
STEM = re.compile(r"[a-z0-9][a-z0-9-]{0,99}")
MEDIA_NAME = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")
FIELD_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
ADDRESS = re.compile(r"https?://\S+")

Document = dict[str, Any]


@dataclass(frozen=True)
class ProgramFiles:
    """A program read from a folder: its file, and its modules by file stem, in order."""

    folder: Path
    program: Document
    modules: dict[str, Document]


def _html(value: object, place: str) -> None:
    text(20_000, empty=True)(value, place)
    for part in foreign_parts(str(value)):
        raise Misshapen(place, f"holds {part}, which isn't allowed")
    # Unclosed or misnested parts would be mended on freezing and then differ from the file.
    if clean(str(value)).strip() != str(value).strip():
        raise Misshapen(place, "isn't well-formed HTML")


def _known_exercise(value: object, place: str) -> None:
    if not isinstance(value, str) or value not in load_all():
        raise Misshapen(place, f"names the unknown exercise {value!r}")


def _day(value: object, place: str) -> None:
    text(10, like=ISO_DATE)(value, place)
    try:
        date.fromisoformat(str(value))
    except ValueError:
        raise Misshapen(place, "isn't a date") from None


_MEDIA: dict[str, Check] = {
    "type": one_of("image", "audio", "video"),
    "file": text(130, like=MEDIA_NAME),
    "alt": text(500, empty=True),
    "caption": text(500, empty=True),
    "transcript": text(50_000, empty=True),
    "captions": nothing_or(text(130, like=MEDIA_NAME)),
}
_OPTION = record({"text": text(500), "right": truth, "explanation": text(2000)})
BLOCK = of_type(
    {
        "text": record({"type": one_of("text"), "html": _html}),
        "quote": record(
            {"type": one_of("quote"), "html": _html, "person": text(120, empty=True), "invented": truth}
        ),
        "quiz": record(
            {"type": one_of("quiz"), "question": text(1000), "options": listed(_OPTION, least=2, most=12)}
        ),
        "exercise": record(
            {
                "type": one_of("exercise"),
                "exercise": _known_exercise,
                "intro": _html,
                "required_count": number(0, 100),
                "optional": truth,
                "fields": nothing_or(listed(text(60, like=FIELD_NAME), least=1, most=60)),
                "continues": nothing_or(text(40, like=KEY)),
            }
        ),
        "image": record(_MEDIA),
        "audio": record(_MEDIA),
        "video": record(_MEDIA),
    }
)
STEP = record({"key": text(40, like=KEY), "title": text(120), "blocks": listed(BLOCK, least=1, most=30)})
MODULE = record(
    {
        "key": text(40, like=KEY),
        "title": text(200),
        "goal": text(2000),
        "practice_minutes_per_week": number(0, 2000),
        "unlock": record(
            {
                "release": one_of("start", "therapist"),
                "min_days": number(0, 365),
                "requires": listed(
                    record({"step": text(40, like=KEY), "count": number(1, 100)}), most=MAX_STEPS
                ),
            }
        ),
        "steps": listed(STEP, least=1, most=MAX_STEPS),
    }
)
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
    }
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
        document: Document = json.loads(path.read_text(encoding="utf-8"), object_pairs_hook=_once_each)
    except (ValueError, RecursionError) as broken:
        raise Misshapen(name, f"can't be read as JSON: {broken}") from None
    shape(document, name)
    return document


def _once_each(pairs: list[tuple[str, Any]]) -> Document:
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
