"""Pure: decides what a move to another version would mean for each step of the modules that a patient has opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Document = Mapping[str, Any]
# Frozen beside the content, and not part of what one reads.
ADDED = "minutes"


class Fate(StrEnum):
    """What happens to a step."""

    KEPT = "kept"
    CHANGED = "changed"
    GONE = "gone"
    NEW = "new"
    # The same key asks by another exercise: what she wrote would be read as an answer to that.
    OTHER_EXERCISE = "other_exercise"


@dataclass(frozen=True)
class StepFate:
    """A step, what happens to it, and how many entries she has written in it."""

    key: str
    title: str
    fate: Fate
    entries: int


@dataclass(frozen=True)
class ModuleFate:
    """An open module. `may_move` is False where it stays as it was read whatever the therapist wants."""

    key: str
    title: str
    handed_in: bool
    in_new: bool
    steps: Sequence[StepFate]

    @property
    def may_move(self) -> bool:
        """It is in the new version, and nothing written would change its meaning."""
        swapped = any(step.fate is Fate.OTHER_EXERCISE and step.entries for step in self.steps)
        return self.in_new and not swapped

    @property
    def moves_by_default(self) -> bool:
        """What she still works with is best read as the rest; what is handed in stays as she read it."""
        return self.may_move and not self.handed_in


def module_fate(
    old: Document, new: Document | None, *, handed_in: bool, entries: Mapping[str, int]
) -> ModuleFate:
    """Step by step, in the order she reads them, new ones last."""
    before = {step["key"]: step for step in old["steps"]}
    after = {step["key"]: step for step in new["steps"]} if new is not None else {}
    steps = [
        StepFate(key, step["title"], _fate(step, after.get(key)), entries.get(key, 0))
        for key, step in before.items()
    ]
    steps += [StepFate(key, step["title"], Fate.NEW, 0) for key, step in after.items() if key not in before]
    return ModuleFate(old["key"], old["title"], handed_in, new is not None, steps)


def _fate(old: Document, new: Document | None) -> Fate:
    if new is None:
        return Fate.GONE
    if _exercises(old) != _exercises(new):
        return Fate.OTHER_EXERCISE
    return Fate.KEPT if _read(old) == _read(new) else Fate.CHANGED


def _exercises(step: Document) -> list[str]:
    return [block["exercise"] for block in step["blocks"] if block["type"] == "exercise"]


def _read(step: Document) -> dict[str, Any]:
    return {name: value for name, value in step.items() if name != ADDED}
