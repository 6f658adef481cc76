"""What changed between two versions, by key; decides whether a new version is minor or major. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A module or step: its key and title."""

    key: str
    title: str


@dataclass(frozen=True)
class Comparison:
    """By key: what came, what went, what stayed with another content."""

    added_modules: list[Change]
    removed_modules: list[Change]
    added_steps: list[Change]
    removed_steps: list[Change]
    changed_steps: list[Change]
    changed_modules: list[Change]
    # To another module, and those whose exercise is another one: answers are kept under a step's key.
    moved_steps: list[Change]
    other_exercise: list[Change]

    @property
    def is_major(self) -> bool:
        """A key came or went, in its module, or now means another exercise: nobody is moved to it by itself."""
        gone_or_new = self.added_steps or self.removed_steps or self.added_modules or self.removed_modules
        return bool(gone_or_new or self.moved_steps or self.other_exercise)

    @property
    def is_empty(self) -> bool:
        """Modules and steps are as they were."""
        return not (self.is_major or self.changed_steps or self.changed_modules)


def compare(old: Iterable[Document], new: Iterable[Document]) -> Comparison:
    """The differences between two versions' module documents."""
    before, after = _by_key(old), _by_key(new)
    steps_before, steps_after = _steps(before.values()), _steps(after.values())
    return Comparison(
        added_modules=_gained(after, before),
        removed_modules=_gained(before, after),
        added_steps=_gained(steps_after, steps_before),
        removed_steps=_gained(steps_before, steps_after),
        changed_steps=_changed(steps_before, steps_after),
        changed_modules=_changed(_frames(before), _frames(after)),
        moved_steps=_differing(steps_after, _homes(before), _homes(after)),
        other_exercise=_differing(steps_after, _exercises(steps_before), _exercises(steps_after)),
    )


def _by_key(documents: Iterable[Document]) -> dict[str, Document]:
    return {document["key"]: document for document in documents}


def _steps(modules: Iterable[Document]) -> dict[str, Document]:
    return _by_key(step for module in modules for step in module["steps"])


def _frames(modules: Mapping[str, Document]) -> dict[str, Document]:
    # A module without its steps' content, but with their order: moving a step is a change of the module.
    return {
        key: {**module, "steps": [step["key"] for step in module["steps"]]} for key, module in modules.items()
    }


def _homes(modules: Mapping[str, Document]) -> dict[str, str]:
    return {step["key"]: key for key, module in modules.items() for step in module["steps"]}


def _exercises(steps: Mapping[str, Document]) -> dict[str, list[str]]:
    return {
        key: [block["exercise"] for block in step["blocks"] if block["type"] == "exercise"]
        for key, step in steps.items()
    }


def _differing(
    steps: Mapping[str, Document], before: Mapping[str, object], after: Mapping[str, object]
) -> list[Change]:
    return [
        Change(key, step["title"])
        for key, step in steps.items()
        if key in before and before[key] != after[key]
    ]


def _gained(here: Mapping[str, Document], there: Mapping[str, Document]) -> list[Change]:
    return [Change(key, one["title"]) for key, one in here.items() if key not in there]


def _changed(before: Mapping[str, Document], after: Mapping[str, Document]) -> list[Change]:
    return [Change(key, one["title"]) for key, one in after.items() if key in before and before[key] != one]
