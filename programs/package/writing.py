"""Writes a package: the same content gives the same bytes, whenever and wherever it is written."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import IO, Any

from measurements.fhir.writing import questionnaire
from measurements.registry import shipped_data
from programs.media import CHUNK
from programs.package.content import Content, Opener
from programs.package.layout import (
    FORMAT,
    LICENCES,
    MANIFEST,
    PROGRAM_FOLDER,
    QUESTIONNAIRES,
    SIGNATURE,
    as_json,
)
from programs.package.signing import sign

# The first day that a zip can name: no file tells when it was written.
EPOCH = (1980, 1, 1, 0, 0, 0)
READABLE = 0o644


def write_package(target: IO[bytes], content: Content, *, key: str = "") -> None:
    """One zip: sorted, stored plain, without times; signed when there is a key (32 bytes in base64)."""
    texts = {**_program_files(content), **_questionnaires(content.program)}
    texts[LICENCES] = as_json(licences_of(content.program))
    media = {f"{PROGRAM_FOLDER}/{name}": opener for name, opener in content.media.items()}
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in texts.items()}
    # A medium is named by the hash of its content.
    hashes |= {name: name.rpartition("/")[2].partition(".")[0] for name in media}
    manifest = as_json({"format": FORMAT, "program": content.program["key"], "files": hashes})
    texts[MANIFEST] = manifest
    if key:
        texts[SIGNATURE] = as_json(sign(manifest, key))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted([*texts, *media]):
            _write(archive, name, [texts[name]] if name in texts else _pieces(media[name]))


def write_folder(folder: Path, content: Content) -> None:
    """The program as an author works with it: program.json, its modules, media/; other files there stay."""
    for name, data in _program_files(content).items():
        path = folder / name.removeprefix(f"{PROGRAM_FOLDER}/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    for name, opener in content.media.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as copy:
            copy.writelines(_pieces(opener))


def licences_of(program: Mapping[str, Any]) -> dict[str, Any]:
    """The program's licence, and the notice of each questionnaire that it names and we ship."""
    known = shipped_data()
    notices = {slug: known[slug]["licence"]["notice"] for slug in _named_in(program)}
    return {"program": program["licence"], "questionnaires": notices}


def _program_files(content: Content) -> dict[str, bytes]:
    documents = {"program": content.program, **content.modules}
    return {f"{PROGRAM_FOLDER}/{stem}.json": as_json(document) for stem, document in documents.items()}


def _questionnaires(program: Mapping[str, Any]) -> dict[str, bytes]:
    known = shipped_data()
    return {
        f"{QUESTIONNAIRES}/{slug}.json": as_json(questionnaire(known[slug])) for slug in _named_in(program)
    }


def _named_in(program: Mapping[str, Any]) -> list[str]:
    # As shipped: a unit's own wording is licensed to that unit and stays there.
    named = {
        measure[part] for measure in program["measures"] for part in ("instrument", "by") if part in measure
    }
    return sorted(named & shipped_data().keys())


def _write(archive: zipfile.ZipFile, name: str, pieces: Iterable[bytes]) -> None:
    entry = zipfile.ZipInfo(name, EPOCH)
    entry.create_system, entry.external_attr = 3, READABLE << 16
    with archive.open(entry, "w", force_zip64=False) as opened:
        for piece in pieces:
            opened.write(piece)


def _pieces(opener: Opener) -> Iterable[bytes]:
    with opener() as opened:
        while piece := opened.read(CHUNK):
            yield piece
