"""A unit's draft as documents in the program file format, to be changed by step key and saved again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import slugify

from ikbt.accounts.models import CareUnit, Person
from programs.freezing import Document, FrozenProgram, as_file, freeze
from programs.importing import save_drafts
from programs.models import ProgramPage, UnitPage
from programs.unfreezing import FrozenShelf


@dataclass(frozen=True)
class Drafted:
    """A draft as it was saved last: `slugs` are the addresses of its modules, by key."""

    program: Document
    modules: list[Document]
    slugs: dict[str, str]
    frozen: FrozenProgram


def drafted(page: ProgramPage) -> Drafted:
    """What the authors saved last."""
    frozen = freeze(page)
    modules = [as_file(module.document) for module in frozen.modules]
    keys = [module["key"] for module in modules]
    return Drafted(frozen.program, modules, dict(zip(keys, frozen.program["modules"], strict=True)), frozen)


def save_drafted(
    was: Drafted, *, program: Document, modules: Sequence[Document], to: UnitPage, by: Person, at: datetime
) -> ProgramPage:
    """Save documents that were made of a draft's and of frozen ones; runs inside the caller's transaction."""
    taken = set(was.slugs.values())
    stems = {}
    for module in modules:
        stem = was.slugs.get(module["key"]) or _free(slugify(module["title"]) or module["key"], taken)
        taken.add(stem)
        stems[stem] = module
    return save_drafts(program, stems, DraftShelf(was.frozen, to.unit), unit_page=to, by=by, at=at)


def _free(wanted: str, taken: set[str]) -> str:
    number, stem = 1, wanted[:90]
    while stem in taken:
        number += 1
        stem = f"{wanted[:90]}-{number}"
    return stem


class DraftShelf:
    """What the draft shows already stays as it is; the rest comes from the frozen copies."""

    def __init__(self, frozen: FrozenProgram, unit: CareUnit) -> None:
        self.stored: Any = frozen.media
        self.frozen = FrozenShelf(unit)

    def picture(self, name: str) -> int:
        """Id of the picture with this content."""
        return int(self.stored[name].pk) if name in self.stored else self.frozen.picture(name)

    def recording(self, name: str) -> int:
        """Id of the document with this content."""
        return int(self.stored[name].pk) if name in self.stored else self.frozen.recording(name)
