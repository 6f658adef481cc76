"""What the page that compares two versions shows, by key: the program, each module, step and exercise."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from programs.blocks import steps_blocks
from programs.comparing import Comparison, compare
from programs.freezing import FrozenProgram
from programs.media import FACTS_OF_FILES
from programs.models import ProgramVersion
from programs.text_difference import Stretch, difference, readable

Document = Mapping[str, Any]
# What is frozen beside the content, or told elsewhere on the page.
NOT_TOLD = FACTS_OF_FILES | {"modules", "media", "format", "minutes", "definition_hash"}
NAMES: dict[str, Promise] = {
    "title": _("title"),
    "summary": _("summary"),
    "target": _("for which condition"),
    "for_whom": _("for whom"),
    "goal": _("goal"),
    "weeks": _("weeks"),
    "measures": _("measures"),
    "sources": _("sources"),
    "persons": _("case persons"),
    "unlock": _("how it opens"),
    "licence": _("licence"),
    "language": _("language"),
    "level_of_care": _("level of care"),
    "practice_minutes_per_week": _("practice, minutes a week"),
    "therapist_minutes_per_week": _("therapist minutes a week"),
}


@dataclass(frozen=True)
class Side:
    """One of the two that are compared: a version, or the draft as it is now."""

    name: str
    outline: Document
    modules: Sequence[tuple[Document, Document]]

    @property
    def documents(self) -> list[Document]:
        return [document for document, _definitions in self.modules]


@dataclass(frozen=True)
class Part:
    """A named text, what happened to it, and its words."""

    key: str
    title: str
    fate: str
    stretches: list[Stretch]


@dataclass(frozen=True)
class ModuleDifference:
    """A module: what happened to it, to its terms, its steps and the exercises it uses."""

    key: str
    title: str
    fate: str
    terms: list[Part] = field(default_factory=list)
    steps: list[Part] = field(default_factory=list)
    exercises: list[Part] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """All of it; `changes` says which number it would get."""

    changes: Comparison
    program: list[Part]
    modules: list[ModuleDifference]


NOTHING: tuple[Document, Document] = ({"steps": []}, {})
SAME, CHANGED, ADDED, REMOVED, MOVED = "same", "changed", "added", "removed", "moved"


def side_of_version(version: ProgramVersion) -> Side:
    """A stored version; one query for its modules."""
    rows = version.modules.values_list("document", "definitions")
    return Side(version.number, version.outline, list(rows))


def side_of_draft(frozen: FrozenProgram, name: str) -> Side:
    """The draft as it is now."""
    return Side(name, frozen.outline, [(one.document, one.definitions) for one in frozen.modules])


def differences(old: Side, new: Side) -> Difference:
    """Everything that differs, in the new side's order; what went stands last."""
    before = {document["key"]: (document, definitions) for document, definitions in old.modules}
    after = {document["key"]: (document, definitions) for document, definitions in new.modules}
    modules = [_module(before.get(key), pair) for key, pair in after.items()]
    modules += [_module(pair, None) for key, pair in before.items() if key not in after]
    return Difference(
        changes=compare(old.documents, new.documents),
        program=_parts(old.outline, new.outline),
        modules=[one for one in modules if one.fate != SAME],
    )


def _module(old: tuple[Document, Document] | None, new: tuple[Document, Document] | None) -> ModuleDifference:
    document, definitions = old or NOTHING
    later, later_definitions = new or NOTHING
    shown = document if new is None else later
    return ModuleDifference(
        key=shown["key"],
        title=shown["title"],
        fate=_fate_of(old, new),
        terms=_parts(_without_steps(document), _without_steps(later)),
        steps=_steps(document["steps"], later["steps"]),
        exercises=_parts(definitions, later_definitions),
    )


def _fate_of(old: object, new: object) -> str:
    if old is None:
        return ADDED
    if new is None:
        return REMOVED
    return SAME if old == new else CHANGED


def _without_steps(document: Document) -> dict[str, Any]:
    return {key: value for key, value in document.items() if key not in {"steps", "key"}}


def _steps(old: Sequence[Document], new: Sequence[Document]) -> list[Part]:
    """Steps that differ, in the new order; those that went stand last."""
    before, after = {step["key"]: step for step in old}, {step["key"]: step for step in new}
    moved = _moved(list(before), list(after))
    keys = dict.fromkeys([*after, *before])
    found = (_step(before.get(key), after.get(key), moved=key in moved) for key in keys)
    return [part for part in found if part.fate != SAME]


def _moved(before: Sequence[str], after: Sequence[str]) -> set[str]:
    """Of those on both sides, the ones that stand elsewhere among them: a neighbour that came or went moves nobody."""
    was, now = [key for key in before if key in after], [key for key in after if key in before]
    return {key for key, other in zip(now, was, strict=True) if key != other}


def _step(old: Document | None, new: Document | None, *, moved: bool) -> Part:
    shown, fate = new or old or {}, _fate_of(_told(old), _told(new))
    if fate == SAME and moved:
        fate = MOVED
    told = fate not in {SAME, MOVED}
    stretches = difference(_step_text(old), _step_text(new)) if told else []
    return Part(shown["key"], shown["title"], fate, stretches)


def _step_text(step: Document | None) -> str:
    if step is None:
        return ""
    return "\n".join([step["title"], *(_block_text(block) for block in step["blocks"])])


def _block_text(block: Document) -> str:
    """As one reads it: what kind it is, unless it is plain text, then what it holds, as the editor's form names it."""
    told = {key: value for key, value in _told(block).items() if key != "type"}
    form = _forms().get(block["type"])
    text = readable(told, _labels(form) if form else {})
    return text if block["type"] == "text" or form is None else f"[{form.label}]\n{text}"


@cache
def _forms() -> dict[str, Any]:
    """The blocks of a step as editors meet them, by type."""
    step = dict(steps_blocks())["step"]
    found: dict[str, Any] = dict(step.child_blocks["blocks"].child_blocks)
    return found


def _labels(form: Any) -> dict[str, str]:
    """What the form calls each field, those of its lists too."""
    found: dict[str, str] = {}
    for name, child in getattr(form, "child_blocks", {}).items():
        found[name] = str(child.label)
        found |= _labels(getattr(child, "child_block", child))
    return found


def _told(value: Any) -> Any:
    """Without what is frozen beside the content."""
    if isinstance(value, Mapping):
        return {key: _told(part) for key, part in value.items() if key not in NOT_TOLD}
    return [_told(part) for part in value] if isinstance(value, list) else value


def _parts(old: Document, new: Document) -> list[Part]:
    return [
        Part(key, str(NAMES.get(key, key)), _fate(key, old, new), _texts(old.get(key), new.get(key)))
        for key in _keys(old, new)
        if _told(old.get(key)) != _told(new.get(key))
    ]


def _keys(old: Document, new: Document) -> Iterable[str]:
    return (key for key in dict.fromkeys([*new, *old]) if key not in NOT_TOLD)


def _fate(key: str, old: Document, new: Document) -> str:
    if key not in old:
        return ADDED
    return CHANGED if key in new else REMOVED


def _texts(old: object, new: object) -> list[Stretch]:
    return difference(readable(_told(old)), readable(_told(new)))
