"""From a frozen version back to documents in the program file format, and its media back to a unit's shelf."""

from __future__ import annotations

import json
from typing import Any

from django.utils.text import slugify

from programs.exercises.definitions import content_hash
from programs.freezing import Document, as_file
from programs.importing_media import MediaShelf
from programs.media import HEAD_BYTES, kind_of, place_of
from programs.models import ProgramVersion

# What an outline holds besides the program file.
ADDED_TO_PROGRAM = frozenset({"media"})
ENDINGS = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "audio/mpeg": "mp3",
    "audio/ogg": "ogg",
    "audio/wav": "wav",
    "audio/mp4": "m4a",
    "video/mp4": "mp4",
    "video/webm": "webm",
    "text/vtt": "vtt",
}


def program_of(version: ProgramVersion) -> tuple[Document, dict[str, Document]]:
    """The program file and the modules by the name of their file, as a folder would hold them.

    Media are named by the hash of their content, with no folder and no ending.
    """
    documents = [as_file(module.document) for module in version.modules.order_by("position")]
    modules = {stem_of(position, document): document for position, document in enumerate(documents, 1)}
    outline = {name: told for name, told in version.outline.items() if name not in ADDED_TO_PROGRAM}
    return {**outline, "modules": list(modules)}, modules


def stem_of(position: int, document: Document) -> str:
    """What a module's file is called: its place and its title."""
    return f"{position:02d}-{slugify(document['title'])[:80].strip('-') or document['key']}"


def hash_of(step: Document) -> str:
    """Of a step in the program file format; the same for all who hold the same content, another once it has changed."""
    # Through JSON, so that a tuple and a list, or a lazy text and its words, are one.
    plain: Any = json.loads(json.dumps(step))
    return content_hash(plain)


def ending_of(sha256: str) -> str:
    """What the name of a frozen file ends with, by its first bytes."""
    with place_of(sha256).open("rb") as opened:
        return ENDINGS.get(kind_of(opened.read(HEAD_BYTES)) or "", "bin")


class FrozenShelf(MediaShelf):
    """The unit's collection, filled from the frozen copies of a version's media."""

    def __init__(self, unit: Any) -> None:
        super().__init__(place_of("0" * 64).parent, unit)

    def _shelf_name(self, name: str) -> str:
        return f"{name}.{ending_of(name)}"
