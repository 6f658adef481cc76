"""What each block of a step holds in the program file format; docs/program-format.md shows one of each."""

from __future__ import annotations

import re

from programs.exercises.definitions import load_all
from programs.illustrations import ILLUSTRATIONS
from programs.sanitising import clean, foreign_parts
from programs.shapes import (
    Check,
    Misshapen,
    described,
    listed,
    nothing_or,
    number,
    of_type,
    one_of,
    record,
    text,
    truth,
)
from programs.tailoring.shape import FIELD_NAME, KEY

MEDIA_NAME = re.compile(r"media/[A-Za-z0-9][A-Za-z0-9_.-]{0,120}")
CALLOUTS = ("important", "tip", "example")
# A line is on the page for as long as it takes to do; over five minutes nobody knows whether it still runs.
MOST_SECONDS = 300
MOST_LINES = 120


@described({"type": "string", "maxLength": 20_000})
def _html(value: object, place: str) -> None:
    text(20_000, empty=True)(value, place)
    for part in foreign_parts(str(value)):
        raise Misshapen(place, f"holds {part}, which isn't allowed")
    # Unclosed or misnested parts would be mended on freezing and then differ from the file.
    if clean(str(value)).strip() != str(value).strip():
        raise Misshapen(place, "isn't well-formed HTML")


@described({"enum": sorted(load_all())})
def _known_exercise(value: object, place: str) -> None:
    if not isinstance(value, str) or value not in load_all():
        raise Misshapen(place, f"names the unknown exercise {value!r}")


@described({"enum": sorted(ILLUSTRATIONS)})
def _known_illustration(value: object, place: str) -> None:
    if not isinstance(value, str) or value not in ILLUSTRATIONS:
        raise Misshapen(place, f"names the unknown illustration {value!r}")


_MEDIA: dict[str, Check] = {
    "type": one_of("image", "audio", "video"),
    "file": text(130, like=MEDIA_NAME),
    "alt": text(500, empty=True),
    "caption": text(500, empty=True),
    "transcript": text(50_000, empty=True),
    "captions": nothing_or(text(130, like=MEDIA_NAME)),
}
_OPTION = record({"text": text(500), "right": truth, "explanation": text(2000)})
_TASK = record({"step": text(40, like=KEY), "text": text(300)})
_LINE = record({"text": text(500), "seconds": number(1, MOST_SECONDS)})
BLOCK = of_type(
    {
        "text": record({"type": one_of("text"), "html": _html}),
        "callout": record(
            {
                "type": one_of("callout"),
                "kind": one_of(*CALLOUTS),
                "title": text(120, empty=True),
                "html": _html,
            }
        ),
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
        "homework": record(
            {
                "type": one_of("homework"),
                "title": text(120, empty=True),
                "tasks": listed(_TASK, least=1, most=12),
            }
        ),
        "pacing": record(
            {"type": one_of("pacing"), "title": text(120), "lines": listed(_LINE, least=2, most=MOST_LINES)}
        ),
        "illustration": record(
            {
                "type": one_of("illustration"),
                "name": _known_illustration,
                "alt": text(500),
                "caption": text(500, empty=True),
            }
        ),
        "image": record(_MEDIA),
        "audio": record(_MEDIA),
        "video": record(_MEDIA, {"poster": text(130, like=MEDIA_NAME)}),
    }
)
