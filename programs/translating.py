"""A program in another language: begun as a draft beside its source, which tells for each step what is out of date."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from programs.adopting import NotAdopted, refuse_who_does_not_write
from programs.copying import LONGEST_KEY, free_key
from programs.draft_documents import Drafted, drafted, save_drafted
from programs.models import Activation, ProgramPage, ProgramVersion, UnitPage
from programs.unfreezing import hash_of, program_of

Document = dict[str, Any]


class State(StrEnum):
    """How one step of a translation stands to its source."""

    MISSING = "missing"
    UNTRANSLATED = "untranslated"
    OUT_OF_DATE = "out of date"
    EXTRA = "extra"
    DONE = "done"


@dataclass(frozen=True)
class Side:
    """One step beside its source; either may be missing."""

    key: str
    state: State
    source: Document | None
    own: Document | None


@dataclass(frozen=True)
class Translation:
    """A translation's steps beside those of its source, in the source's order."""

    source_language: str
    language: str
    sides: list[Side]

    def are(self, *states: State) -> list[Side]:
        """Those in one of these states."""
        return [side for side in self.sides if side.state in states]


@transaction.atomic
def begin_translation(page: ProgramPage, *, language: str, by: Person, at: datetime) -> ProgramPage:
    """A draft beside the source, with the source's text still in it; every step counts as not translated.

    Keys are the source's own, so that each step is found again; answers and questions about risk come from the
    questionnaires' own wordings and are never part of it. Raises NotAdopted.
    """
    unit_page: UnitPage = UnitPage.objects.select_related("unit").ancestor_of(page).get()
    refuse_who_does_not_write(by, unit_page, at)
    source = drafted(page)
    if language == source.program["language"]:
        raise NotAdopted(_("The program is in that language already."))
    key = free_key(f"{page.key[: LONGEST_KEY - len(language) - 1]}-{language.lower()}", unit_page)
    program = {
        **{name: told for name, told in source.program.items() if name != "origin"},
        "key": key,
        # Till the title is translated, nobody takes one for the other in a list.
        "title": f"{source.program['title'][:190]} [{language}]",
        "language": language,
        "translates": {"program": page.key, "steps": {}},
    }
    return save_drafted(source, program=program, modules=source.modules, to=unit_page, by=by, at=at)


@transaction.atomic
def mark_translated(page: ProgramPage, keys: Collection[str], *, by: Person, at: datetime) -> ProgramPage:
    """Remember that these steps say what the source says now. Raises NotAdopted."""
    unit_page: UnitPage = UnitPage.objects.select_related("unit").ancestor_of(page).get()
    refuse_who_does_not_write(by, unit_page, at)
    ProgramPage.objects.select_for_update().get(pk=page.pk)
    own, source = drafted(page), source_modules(page)
    hashes = {key: hash_of(step) for key, step in _steps(source or []).items()}
    if source is None or not set(keys) <= hashes.keys():
        raise NotAdopted(_("The draft or its source has changed meanwhile. Look at it again."))
    told = own.program["translates"]
    translates = {**told, "steps": {**told["steps"], **{key: hashes[key] for key in keys}}}
    program = {**own.program, "translates": translates}
    return save_drafted(own, program=program, modules=own.modules, to=unit_page, by=by, at=at)


def translation_of(page: ProgramPage) -> Translation | None:
    """How the draft stands to its source; None for what translates nothing, or nothing that the unit has."""
    found = source_page(page)
    if found is None:
        return None
    own = drafted(page)
    return Translation(found.language, own.program["language"], sides_of(source_modules(page) or [], own))


def sides_of(source: list[Document], own: Drafted) -> list[Side]:
    """Each step of either, the source's first. Pure."""
    theirs, mine = _steps(source), _steps(own.modules)
    seen = own.program.get("translates", {}).get("steps", {})
    return [
        Side(key, _state(theirs.get(key), mine.get(key), seen.get(key)), theirs.get(key), mine.get(key))
        for key in dict.fromkeys([*theirs, *mine])
    ]


def _state(source: Document | None, own: Document | None, seen: str | None) -> State:
    if source is None:
        return State.EXTRA
    if own is None:
        return State.MISSING
    if seen is None:
        return State.UNTRANSLATED
    return State.DONE if seen == hash_of(source) else State.OUT_OF_DATE


def source_page(page: ProgramPage) -> ProgramPage | None:
    """The draft beside this one that it translates."""
    key = page.translates.get("program", "")
    beside = ProgramPage.objects.sibling_of(page, inclusive=False)
    found: ProgramPage | None = beside.filter(key=key).first() if key else None
    return found


def source_modules(page: ProgramPage) -> list[Document] | None:
    """What patients read of the source now: its newest version, else its draft; None when there is none."""
    found = source_page(page)
    if found is None:
        return None
    version = ProgramVersion.objects.filter(program__page=found).released().first()
    return list(program_of(version)[1].values()) if version else drafted(found).modules


def in_language(version: ProgramVersion, language: str, unit_id: Any) -> ProgramVersion:
    """What a patient with this language starts on: the same program in it, if her unit treats by that too."""
    facts = version.facts
    if facts.get("language") == language:
        return version
    source = facts.get("translates") or version.program.key
    beside = Activation.objects.running().at_unit(unit_id).filter(program__unit=version.program.unit_id)
    for one in beside.select_related("version", "program"):
        told = one.version.facts
        if told.get("language") == language and source in (told.get("translates"), one.program.key):
            return one.version
    return version


def _steps(modules: list[Document]) -> dict[str, Document]:
    return {step["key"]: step for module in modules for step in module["steps"]}
