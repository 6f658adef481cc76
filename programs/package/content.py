"""What a package is made of, whether it comes from a version, a draft or an author's folder."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from programs.freezing import Document, FrozenProgram, as_file
from programs.media import FILES_OF_BLOCK, HEAD_BYTES, kind_of, place_of
from programs.models import ProgramVersion
from programs.program_file import ProgramFiles
from programs.unfreezing import ENDINGS, program_of, stem_of

Opener = Callable[[], IO[bytes]]


@dataclass(frozen=True)
class Content:
    """The program file, its modules by the name of their file, and its media by theirs."""

    program: Document
    modules: Mapping[str, Document]
    media: Mapping[str, Opener]


def content_of_version(version: ProgramVersion) -> Content:
    """A released version, from its frozen rows and copies."""
    program, modules = program_of(version)
    hashes = version.outline.get("media", {})
    return _named(program, modules, {sha256: _opener(place_of(sha256)) for sha256 in hashes})


def content_of_draft(frozen: FrozenProgram) -> Content:
    """What the authors saved last."""
    documents = [as_file(module.document) for module in frozen.modules]
    modules = {stem_of(position, document): document for position, document in enumerate(documents, 1)}
    media = {sha256: _stored(stored) for sha256, stored in frozen.media.items()}
    return _named({**frozen.program, "modules": list(modules)}, modules, media)


def content_of_files(files: ProgramFiles) -> Content:
    """An author's folder that has been read and checked."""
    paths = {name: files.folder / name for module in files.modules.values() for name in media_in(module)}
    hashes = {name: hashlib.sha256(path.read_bytes()).hexdigest() for name, path in paths.items()}
    documents = [renamed(document, hashes.__getitem__) for document in files.modules.values()]
    modules = {stem_of(position, document): document for position, document in enumerate(documents, 1)}
    media = {hashes[name]: _opener(path) for name, path in paths.items()}
    return _named({**files.program, "modules": list(modules)}, modules, media)


def media_in(module: Mapping[str, Any]) -> list[str]:
    """Names of the files that a module's blocks refer to, each once."""
    blocks = (block for step in module["steps"] for block in step["blocks"])
    return list(dict.fromkeys(block[part] for block in blocks for part in FILES_OF_BLOCK if block.get(part)))


def renamed(module: Document, name: Callable[[str], str]) -> Document:
    """The module with each file called something else."""
    steps = [
        {**step, "blocks": [_block_renamed(block, name) for block in step["blocks"]]}
        for step in module["steps"]
    ]
    return {**module, "steps": steps}


def _block_renamed(block: Document, name: Callable[[str], str]) -> Document:
    return {**block, **{part: name(block[part]) for part in FILES_OF_BLOCK if block.get(part)}}


def _named(program: Document, modules: Mapping[str, Document], media: Mapping[str, Opener]) -> Content:
    names = {sha256: f"media/{sha256}.{_ending(opener)}" for sha256, opener in media.items()}
    return Content(
        program,
        {stem: renamed(module, names.__getitem__) for stem, module in modules.items()},
        {names[sha256]: opener for sha256, opener in media.items()},
    )


def _ending(opener: Opener) -> str:
    with opener() as opened:
        return ENDINGS.get(kind_of(opened.read(HEAD_BYTES)) or "", "bin")


def _opener(path: Path) -> Opener:
    return lambda: path.open("rb")


def _stored(stored: Any) -> Opener:
    return lambda: cast(IO[bytes], stored.file.open("rb"))
