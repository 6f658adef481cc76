"""What stands where in a program package, how large it may be, and how its JSON is written. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from programs.program_file import MAX_FILE_BYTES, MODULE, PROGRAM, SHA256, STEM
from programs.shapes import Schema, keyed, one_of, record, text

FORMAT = "ikbt-package/1"
MANIFEST, SIGNATURE, LICENCES = "manifest.json", "signature.json", "licences.json"
PROGRAM_FOLDER, QUESTIONNAIRES = "program", "questionnaires"
# As recordings on the shelf: half an hour of film for a phone.
MOST_BYTES = 300 * 1024 * 1024
MOST_FILES = 1000
MOST_MEDIA_BYTES = 100 * 1024 * 1024
_SLUG = r"[a-z0-9][a-z0-9-]{0,59}"
MEDIA = re.compile(r"media/[0-9a-f]{64}\.[a-z0-9]{2,4}")
QUESTIONNAIRE = re.compile(rf"{QUESTIONNAIRES}/{_SLUG}\.json")
NAMES = re.compile(
    rf"{PROGRAM_FOLDER}/({STEM.pattern}\.json|{MEDIA.pattern})|{QUESTIONNAIRE.pattern}|{re.escape(LICENCES)}"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/]{1,200}={0,2}")

MANIFEST_SHAPE = record(
    {
        "format": one_of(FORMAT),
        "program": text(40, like=re.compile(r"[a-z0-9][a-z0-9-]{0,39}")),
        "files": keyed(text(200, like=NAMES), text(64, like=SHA256), most=MOST_FILES),
    }
)
SIGNATURE_SHAPE = record(
    {
        "algorithm": one_of("Ed25519"),
        "public_key": text(60, like=_BASE64),
        "signature": text(120, like=_BASE64),
    }
)
LICENCES_SHAPE = record(
    {
        "program": text(60),
        "questionnaires": keyed(text(60, like=re.compile(_SLUG)), text(2000, empty=True), most=100),
    }
)


def most_bytes_of(name: str) -> int:
    """How large a file of a package may be."""
    return MOST_MEDIA_BYTES if MEDIA.search(name) else MAX_FILE_BYTES


def as_json(document: Mapping[str, Any]) -> bytes:
    """JSON that is the same bytes wherever the same content comes from: sorted, indented, UTF-8."""
    return (json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n").encode()


def schemas() -> dict[str, Schema]:
    """File name -> JSON Schema of what a package holds, drawn from the very shapes that importing checks."""
    found = {
        "manifest": MANIFEST_SHAPE,
        "signature": SIGNATURE_SHAPE,
        "licences": LICENCES_SHAPE,
        "program": PROGRAM,
        "module": MODULE,
    }
    return {
        f"{name}.schema.json": {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"ikbt program package: {name}.json",
            **shape.schema,
        }
        for name, shape in found.items()
    }
