"""What one wants to know of a program before it is brought in: length, reading level, findings, licences."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from measurements.registry import shipped
from programs.block_checks import Problem
from programs.block_documents import MediaBox
from programs.exercises.definitions import content_hash, load_all
from programs.freezing import Document, FreshModule, FrozenProgram, definitions_of, outline_of
from programs.looking_after import to_look_after
from programs.media import HEAD_BYTES, kind_of
from programs.package.content import media_in, renamed
from programs.package.writing import licences_of
from programs.preflight import problems_of
from programs.program_file import ProgramFiles
from programs.reading_level import lix, running_text, word_count
from programs.step_minutes import minutes_of


@dataclass(frozen=True)
class Measured:
    """How long and how hard to read a module is, or the whole."""

    title: str
    words: int
    minutes: int
    lix: int


@dataclass(frozen=True)
class Report:
    """Everything that `manage.py program check` says."""

    title: str
    modules: list[Measured]
    whole: Measured
    problems: list[Problem]
    licences: Mapping[str, Any]

    @property
    def stops(self) -> bool:
        """Whether something would stop it from being published."""
        return any(problem.stops for problem in self.problems)

    def as_data(self) -> dict[str, Any]:
        """For machines."""
        return {
            "title": self.title,
            "modules": [vars(module) for module in self.modules],
            "whole": vars(self.whole),
            "problems": [
                {"place": one.place, "words": str(one.words), "stops": one.stops} for one in self.problems
            ],
            "licences": self.licences,
        }


def check(files: ProgramFiles, *, today: date) -> Report:
    """Of a program that has been read; what the unit's own wordings change is told at the unit."""
    frozen = frozen_from(files)
    documents = [module.document for module in frozen.modules]
    return Report(
        title=files.program["title"],
        modules=[_measured(document["title"], [document]) for document in documents],
        whole=_measured(files.program["title"], documents),
        problems=[
            *problems_of(frozen, shipped()),
            *to_look_after(files.program, documents, today=today),
        ],
        licences=licences_of(files.program),
    )


def frozen_from(files: ProgramFiles) -> FrozenProgram:
    """As the files would freeze, without a draft and without storing anything."""
    box = MediaBox()
    documents = [_frozen(document, files, box) for document in files.modules.values()]
    modules = tuple(FreshModule(document, definitions_of(document)) for document in documents)
    outline = outline_of(files.program, documents, box)
    return FrozenProgram(files.program, outline, modules, content_hash(outline))


def _frozen(document: Document, files: ProgramFiles, box: MediaBox) -> Document:
    kinds: dict[str, str | None] = {}
    hashes: dict[str, str] = {}
    for name in media_in(document):
        data = (files.folder / name).read_bytes()
        hashes[name] = hashlib.sha256(data).hexdigest()
        kinds[hashes[name]] = kind_of(data[:HEAD_BYTES])
    box.kinds.update(kinds)
    plain = renamed(document, hashes.__getitem__)
    steps = [
        {
            **step,
            "minutes": minutes_of(step, load_all()),
            "blocks": [_frozen_block(block, kinds) for block in step["blocks"]],
        }
        for step in plain["steps"]
    ]
    return {**plain, "steps": steps}


def _frozen_block(block: Document, kinds: Mapping[str, str | None]) -> Document:
    if "file" not in block:
        return block
    return {
        **block,
        "media_type": kinds.get(block["file"]),
        "captions_type": kinds.get(block["captions"] or ""),
        **({"poster_type": kinds.get(block["poster"])} if block.get("poster") else {}),
    }


def _measured(title: str, documents: list[Document]) -> Measured:
    text = "\n".join(running_text(document) for document in documents)
    minutes = sum(step["minutes"] for document in documents for step in document["steps"])
    return Measured(title, word_count(text), minutes, round(lix(text)))
