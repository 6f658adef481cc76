"""What has changed upstream since a copy was made, seen beside one's own draft; and the draft with some of it. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from programs.step_lines import lines_of
from programs.text_difference import Stretch, difference
from programs.unfreezing import hash_of

Document = dict[str, Any]
# Stands for what isn't there, where a hash is remembered.
GONE = "0" * 64
# A module without these is its frame; what must be handed in follows from the steps.
FRAME_LACKS = frozenset({"steps"})


@dataclass(frozen=True)
class Difference:
    """One step, or the frame of one module, that upstream has changed and one's own draft hasn't adopted.

    `is_conflict`: one's own has been changed too since the copy was made, so that adopting overwrites it.
    """

    kind: str
    key: str
    title: str
    state: str
    is_conflict: bool
    mine: Document | None
    theirs: Document | None

    @property
    def name(self) -> str:
        """For forms: "step:m01-s01"."""
        return f"{self.kind}:{self.key}"

    @property
    def stretches(self) -> list[Stretch]:
        """From one's own to theirs, word by word."""
        return difference("\n".join(lines_of(self.mine)), "\n".join(lines_of(self.theirs)))


def parts_of(modules: Sequence[Document]) -> dict[str, Document]:
    """Each module's frame and each step by its name, in order."""
    found: dict[str, Document] = {}
    for module in modules:
        found[f"module:{module['key']}"] = frame_of(module)
        found |= {f"step:{step['key']}": step for step in module["steps"]}
    return found


def frame_of(module: Document) -> Document:
    """The module without its steps."""
    unlock = {name: said for name, said in module["unlock"].items() if name != "requires"}
    return {**{name: said for name, said in module.items() if name not in FRAME_LACKS}, "unlock": unlock}


def digest(part: Document | None) -> str:
    """The part's hash, or what stands for a missing one."""
    return GONE if part is None else hash_of(part)


def differences(
    base: Sequence[Document], theirs: Sequence[Document], mine: Sequence[Document], seen: Mapping[str, str]
) -> list[Difference]:
    """What upstream changed since `base`, in their order; not what is the same here, nor what has been `seen` so."""
    before, after, own = parts_of(base), parts_of(theirs), parts_of(mine)
    found = []
    for name in dict.fromkeys([*after, *before]):
        old, new, here = before.get(name), after.get(name), own.get(name)
        if digest(new) in {digest(old), digest(here), seen.get(name)}:
            continue
        told = new or old or {}
        kind, _, key = name.partition(":")
        state = "gone" if new is None else "new" if old is None else "changed"
        conflict = digest(here) != digest(old)
        found.append(Difference(kind, key, str(told.get("title", key)), state, conflict, here, new))
    return found


def adopted(mine: Sequence[Document], theirs: Sequence[Document], names: Collection[str]) -> list[Document]:
    """One's own modules with what is named taken from theirs: replaced, put in after what stands before it, or gone."""
    modules = [{**module, "steps": list(module["steps"])} for module in mine]
    gone = set(names) - parts_of(theirs).keys()
    _drop_steps(modules, gone)
    for module in theirs:
        if f"module:{module['key']}" in names:
            _take_frame(modules, theirs, module)
        for step in _named(module, names):
            _take_step(modules, theirs, module, step)
    return [module for module in modules if module["steps"] or f"module:{module['key']}" not in gone]


def _drop_steps(modules: list[Document], gone: Collection[str]) -> None:
    for module in modules:
        lost = _named(module, gone)
        module["steps"] = [step for step in module["steps"] if step not in lost]


def _named(module: Document, names: Collection[str]) -> list[Document]:
    return [step for step in module["steps"] if f"step:{step['key']}" in names]


def _take_frame(modules: list[Document], theirs: Sequence[Document], module: Document) -> Document:
    for standing in modules:
        if standing["key"] == module["key"]:
            standing.update(frame_of(module))
            return standing
    made = {**frame_of(module), "steps": []}
    modules.insert(_place(modules, theirs, module["key"]), made)
    return made


def _take_step(modules: list[Document], theirs: Sequence[Document], module: Document, step: Document) -> None:
    for standing in modules:
        for place, own in enumerate(standing["steps"]):
            if own["key"] == step["key"]:
                standing["steps"][place] = step
                return
    home = next((one for one in modules if one["key"] == module["key"]), None)
    if home is None:
        home = _take_frame(modules, theirs, module)
    home["steps"].insert(_place(home["steps"], module["steps"], step["key"]), step)


def _place(own: Sequence[Document], theirs: Sequence[Document], key: str) -> int:
    """After the nearest of those that stand before it in theirs; first when none of them is here."""
    keys = [part["key"] for part in own]
    order = [part["key"] for part in theirs]
    before = [keys.index(one) for one in order[: order.index(key)] if one in keys]
    return before[-1] + 1 if before else 0
