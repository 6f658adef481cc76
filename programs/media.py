"""Pictures and recordings of frozen versions: which kinds there are, and where their copies lie."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from typing import IO

from django.conf import settings

SHA256 = re.compile(r"[0-9a-f]{64}")
# What a block names a file by, and what is frozen beside it about them.
FILES_OF_BLOCK = ("file", "captions", "poster")
FACTS_OF_FILES = frozenset({"media_type", "captions_type", "poster_type", "bytes"})
CHUNK = 1024 * 1024
HEAD_BYTES = 64
# The first bytes decide, never a file's name or what a browser claimed.
SIGNATURES: list[tuple[re.Pattern[bytes], str]] = [
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"ID3|\xff[\xfb\xf3\xf2]"), "audio/mpeg"),
    (re.compile(rb"OggS"), "audio/ogg"),
    (re.compile(rb"RIFF....WAVE", re.DOTALL), "audio/wav"),
    (re.compile(rb"....ftypM4A", re.DOTALL), "audio/mp4"),
    (re.compile(rb"....ftyp", re.DOTALL), "video/mp4"),
    (re.compile(rb"\x1aE\xdf\xa3"), "video/webm"),
    (re.compile(rb"(\xef\xbb\xbf)?WEBVTT"), "text/vtt"),
]


def kind_of(head: bytes) -> str | None:
    """The media type that a file's first bytes tell; None when it is none of those we show."""
    return next((kind for pattern, kind in SIGNATURES if pattern.match(head)), None)


def hash_and_kind(opened: IO[bytes]) -> tuple[str, str | None]:
    """SHA-256 of a file and its kind by its first bytes; reads it once, in pieces."""
    digest, kind, first = hashlib.sha256(), None, True
    while piece := opened.read(CHUNK):
        kind = kind_of(piece) if first else kind
        first = False
        digest.update(piece)
    return digest.hexdigest(), kind


def place_of(sha256: str) -> Path:
    """Where the frozen copy of this content lies; raises ValueError for what isn't a hash."""
    if not SHA256.fullmatch(sha256):
        raise ValueError("Not a SHA-256.")
    return Path(settings.MEDIA_ROOT) / "frozen" / sha256


def keep(opened: IO[bytes], sha256: str) -> None:
    """Copy a file to its place, whole or not at all; what lies there already is the same content."""
    place = place_of(sha256)
    if place.exists():
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(descriptor, "wb") as copy:
        while piece := opened.read(CHUNK):
            copy.write(piece)
    Path(draft).replace(place)
