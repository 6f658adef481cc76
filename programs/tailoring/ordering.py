"""Decides where in a patient's path a closed module may be moved, by what its program lets come before what. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from programs.tailoring.conditions import steps_in
from programs.tailoring.path import Document, rules_in


def places_for(
    outline: Document, path: Sequence[Document], key: str, opened: Collection[str]
) -> dict[str, list[str]]:
    """The orders that moving the module gives, by the key of the module it then comes right after.

    Never before a module that is open, before one whose answers it needs, or after one that needs its own.
    """
    keys = [module["key"] for module in path]
    if key in opened or key not in keys:
        return {}
    rest = keys[: (own := keys.index(key))] + keys[own + 1 :]
    needed = {module["key"]: needed_before(outline, module) for module in path}
    last_open = max((place for place, one in enumerate(rest) if one in opened), default=len(rest))
    found: dict[str, list[str]] = {}
    for place in range(last_open, len(rest)):
        before, after = rest[: place + 1], rest[place + 1 :]
        moved = [*before, key, *after]
        if moved != keys and _keeps_what_is_needed(key, before, after, needed):
            found[before[-1]] = moved
    return found


def _keeps_what_is_needed(
    key: str, before: Sequence[str], after: Sequence[str], needed: Mapping[str, frozenset[str]]
) -> bool:
    return needed[key].isdisjoint(after) and not any(key in needed[one] for one in before)


def needed_before(outline: Document, module: Document) -> frozenset[str]:
    """Modules that stand before this one whatever the order: those it names, and those whose answers its rules see."""
    at: dict[str, Any] = {step["key"]: one["key"] for one in outline["modules"] for step in one["steps"]}
    named = set(module["unlock"].get("after", ()))
    for offer in module["unlock"].get("offers", ()):
        named |= set(offer.get("after", ()))
    for rule in rules_in({"modules": [module]}):
        named |= {at[step] for step in steps_in(rule) if step in at}
    return frozenset(named - {module["key"]})
