"""Packages for tests: honest ones, and ones that somebody has tampered with after they were written."""

from __future__ import annotations

import base64
import hashlib
import json
import stat
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from programs.package.content import content_of_files
from programs.package.signing import private_key, public_of, sign
from programs.package.writing import write_package
from programs.program_file import read_program
from tests.programs.conftest import Folder

KEY = base64.b64encode(bytes(range(32))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 33))).decode()
PUBLIC = public_of(private_key(KEY))
FIRST = "program/01-borja.json"


def packed(folder: Folder, *, key: str = KEY) -> bytes:
    """An honest package of the small program."""
    target = BytesIO()
    write_package(target, content_of_files(read_program(folder.written())), key=key)
    return target.getvalue()


@dataclass
class Package:
    """A package taken apart, to be spoilt and put together again."""

    files: dict[str, bytes]
    more: list[tuple[zipfile.ZipInfo | str, bytes]] = field(default_factory=list)
    links: set[str] = field(default_factory=set)
    compressed: set[str] = field(default_factory=set)
    signs: bool = True

    @classmethod
    def of(cls, data: bytes) -> Package:
        """Its files by name."""
        with zipfile.ZipFile(BytesIO(data)) as archive:
            return cls({name: archive.read(name) for name in archive.namelist()})

    def document(self, name: str) -> Any:
        """One of its JSON files."""
        return json.loads(self.files[name])

    def put(self, name: str, document: Any) -> None:
        """Write one of its JSON files anew, with whatever Python's JSON writes."""
        self.files[name] = json.dumps(document).encode()

    def vouch(self) -> None:
        """A manifest that names what is there, signed: hostile content from one whom we trust."""
        manifest = self.document("manifest.json")
        named = [name for name in self.files if name not in {"manifest.json", "signature.json"}]
        manifest["files"] = {name: hashlib.sha256(self.files[name]).hexdigest() for name in named}
        self.put("manifest.json", manifest)
        self.files["signature.json"] = json.dumps(sign(self.files["manifest.json"], KEY)).encode()

    def zipped(self) -> bytes:
        """Put together."""
        target = BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in self.files.items():
                archive.writestr(self._entry(name), data)
            for entry, data in self.more:
                archive.writestr(entry, data)
        return target.getvalue()

    def _entry(self, name: str) -> zipfile.ZipInfo:
        entry = zipfile.ZipInfo(name)
        entry.compress_type = zipfile.ZIP_DEFLATED if name in self.compressed else zipfile.ZIP_STORED
        if name in self.links:
            entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
        return entry


def with_flag(data: bytes, flag: int) -> bytes:
    """Every entry marked, in both of the zip's lists, as with the bit that says encrypted."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        for place in _places(data, signature):
            changed[place + offset] |= flag
    return bytes(changed)


def _places(data: bytes, signature: bytes) -> Iterable[int]:
    place = data.find(signature)
    while place != -1:
        yield place
        place = data.find(signature, place + 1)
