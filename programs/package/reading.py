"""Opens a package that may be hostile: decides that every byte is named, hashed and within limits before it is used."""

from __future__ import annotations

import hashlib
import json
import stat
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from programs.media import CHUNK
from programs.package.layout import (
    LICENCES,
    LICENCES_SHAPE,
    MANIFEST,
    MANIFEST_SHAPE,
    MEDIA,
    MOST_BYTES,
    MOST_FILES,
    NAMES,
    PROGRAM_FOLDER,
    QUESTIONNAIRE,
    SIGNATURE,
    SIGNATURE_SHAPE,
    most_bytes_of,
)
from programs.package.signing import BadSignature, name_of, verify
from programs.program_file import ProgramFiles, once_each, read_program
from programs.shapes import Check, Misshapen

ENCRYPTED = 0x1
PACKAGE = "The package"


@dataclass(frozen=True)
class Opened:
    """A package that holds what it says; `signer` is our name for who signed it, None for nobody we trust."""

    files: ProgramFiles
    signer: str | None
    licences: Mapping[str, Any]


@contextmanager
def opened_package(
    source: IO[bytes], *, trusted: Mapping[str, str], accept_unsigned: bool
) -> Iterator[Opened]:
    """The package's program in a folder that is gone afterwards; raises Misshapen, which names the place.

    1. The zip's own list: few enough, small enough, stored plain, no name twice, none that leads elsewhere.
    2. The manifest names exactly the files that are there, and each has the hash that it names.
    3. The signature is the manifest's and its signer is trusted; without either only when accepted. A signature
       that is wrong is never accepted.
    4. Licences and questionnaires have their shape; the program is read and checked as a folder is.
    """
    with _archive(source) as archive, tempfile.TemporaryDirectory() as place:
        entries = _entries(archive)
        manifest = _bytes(archive, entries, MANIFEST)
        hashes = _document(manifest, MANIFEST, MANIFEST_SHAPE)["files"]
        signer = _signer(archive, entries, manifest, trusted, accept_unsigned=accept_unsigned)
        _refuse_other_files(entries.keys(), hashes.keys())
        for name, sha256 in hashes.items():
            _unpack(archive, entries[name], Path(place) / name, sha256)
        yield _read(Path(place), signer)


@contextmanager
def _archive(source: IO[bytes]) -> Iterator[zipfile.ZipFile]:
    source.seek(0, 2)
    if source.tell() > MOST_BYTES:
        raise Misshapen(PACKAGE, f"is larger than {MOST_BYTES} bytes")
    source.seek(0)
    try:
        with zipfile.ZipFile(source) as archive:
            yield archive
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        NotImplementedError,
        UnicodeDecodeError,
    ) as broken:
        raise Misshapen(PACKAGE, f"can't be read as a zip: {broken}") from None


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    listed = archive.infolist()
    if len(listed) > MOST_FILES:
        raise Misshapen(PACKAGE, f"holds more than {MOST_FILES} files")
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in listed:
        if entry.filename in found:
            raise Misshapen(_shown(entry.filename), "stands twice in the package")
        _refuse_entry(entry)
        found[entry.filename] = entry
    if sum(entry.file_size for entry in listed) > MOST_BYTES:
        raise Misshapen(PACKAGE, f"holds more than {MOST_BYTES} bytes")
    return found


def _refuse_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.filename
    if not (name in {MANIFEST, SIGNATURE} or NAMES.fullmatch(name)):
        raise Misshapen(_shown(name), "has no place in a package")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise Misshapen(_shown(name), "is a link")
    if entry.flag_bits & ENCRYPTED:
        raise Misshapen(_shown(name), "is encrypted")
    # Stored plain, a file is as large as what is sent: there is nothing to blow up.
    if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
        raise Misshapen(_shown(name), "is compressed: a package is stored plain")
    if entry.file_size > most_bytes_of(name):
        raise Misshapen(_shown(name), f"is larger than {most_bytes_of(name)} bytes")


def _shown(name: str) -> str:
    return ascii(name[:120])


def _bytes(archive: zipfile.ZipFile, entries: Mapping[str, zipfile.ZipInfo], name: str) -> bytes:
    if name not in entries:
        raise Misshapen(name, "is missing")
    return archive.read(entries[name])


def _document(data: bytes, name: str, shape: Check) -> dict[str, Any]:
    try:
        document: dict[str, Any] = json.loads(data.decode("utf-8"), object_pairs_hook=once_each)
    except (ValueError, RecursionError) as broken:
        raise Misshapen(name, f"can't be read as JSON: {broken}") from None
    shape(document, name)
    return document


def _signer(
    archive: zipfile.ZipFile,
    entries: Mapping[str, zipfile.ZipInfo],
    manifest: bytes,
    trusted: Mapping[str, str],
    *,
    accept_unsigned: bool,
) -> str | None:
    signer = None
    if SIGNATURE in entries:
        told = _document(_bytes(archive, entries, SIGNATURE), SIGNATURE, SIGNATURE_SHAPE)
        try:
            signer = name_of(verify(manifest, told), trusted)
        except BadSignature:
            raise Misshapen(SIGNATURE, "isn't the signature of manifest.json") from None
    if signer is None and not accept_unsigned:
        raise Misshapen(PACKAGE, "is signed by nobody that is trusted here")
    return signer


def _refuse_other_files(there: Any, named: Any) -> None:
    for name in sorted(named - there):
        raise Misshapen(_shown(name), "is named in manifest.json, but is missing")
    for name in sorted(there - named - {MANIFEST, SIGNATURE}):
        raise Misshapen(_shown(name), "isn't named in manifest.json")


def _unpack(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path, sha256: str) -> None:
    digest = hashlib.sha256()
    path.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(entry) as packed, path.open("wb") as copy:
        while piece := packed.read(CHUNK):
            digest.update(piece)
            copy.write(piece)
    if digest.hexdigest() != sha256:
        raise Misshapen(_shown(entry.filename), "has another hash than manifest.json says")
    if MEDIA.search(entry.filename) and path.stem != sha256:
        raise Misshapen(_shown(entry.filename), "isn't called by its hash")


def _read(place: Path, signer: str | None) -> Opened:
    licences = _licences(place)
    for path in sorted((place / "questionnaires").glob("*.json")):
        name = path.relative_to(place).as_posix()
        if QUESTIONNAIRE.fullmatch(name):
            _document(path.read_bytes(), name, _is_questionnaire)
    files = read_program(place / PROGRAM_FOLDER)
    if licences["program"] != files.program["licence"]:
        raise Misshapen(f"{LICENCES}, program", "is another licence than program.json has")
    return Opened(files, signer, licences)


def _licences(place: Path) -> dict[str, Any]:
    path = place / LICENCES
    if not path.is_file():
        raise Misshapen(LICENCES, "is missing")
    return _document(path.read_bytes(), LICENCES, LICENCES_SHAPE)


def _is_questionnaire(value: object, place: str) -> None:
    if not isinstance(value, dict) or value.get("resourceType") != "Questionnaire":
        raise Misshapen(place, "isn't a FHIR Questionnaire")
