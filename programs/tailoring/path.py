"""Decides a patient's own path through a program: which modules are in it, which steps she sees. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from programs.tailoring.conditions import Known, fires

Document = Mapping[str, Any]
START, AUTO, OFFER = "start", "auto", "offer"


class Seen(StrEnum):
    """What a step is for a patient."""

    ORDINARY = "ordinary"
    OPTIONAL = "optional"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class Decided:
    """What has been decided for a patient: subtypes opened, options chosen by group, offers accepted or not."""

    subtypes: frozenset[str] = frozenset()
    chosen: Mapping[str, Sequence[str]] = field(default_factory=dict)
    accepted: frozenset[str] = frozenset()
    declined: frozenset[str] = frozenset()
    # Module keys, by the therapist's hand: kept closed, left out, and the order she has given them.
    held: frozenset[str] = frozenset()
    left_out: frozenset[str] = frozenset()
    order: Sequence[str] = ()


@dataclass(frozen=True)
class Offered:
    """An offer whose conditions hold now, at its module."""

    module: Document
    offer: Document

    @property
    def name(self) -> str:
        """Under which what is decided is kept."""
        return name_of(self.module["key"], self.offer["key"])


def name_of(module_key: str, offer_key: str) -> str:
    """An offer's name in a program: its module's key and its own."""
    return f"{module_key}/{offer_key}"


# Steps.


def seen(
    module: Document, step: Document, decided: Decided, known: Known, worked_on: Collection[str]
) -> Seen:
    """What a step is for her now. A step that she has written in stays reachable, whatever the rules say."""
    found = _by_rule(module, step, decided, known)
    return Seen.OPTIONAL if found is Seen.HIDDEN and step["key"] in worked_on else found


def _by_rule(module: Document, step: Document, decided: Decided, known: Known) -> Seen:
    if step.get("only_for") and decided.subtypes.isdisjoint(step["only_for"]):
        return Seen.HIDDEN
    if not _is_chosen(module.get("choices", ()), "steps", step["key"], decided):
        return Seen.HIDDEN
    show = step.get("show")
    return Seen.ORDINARY if show is None or fires(show, known) else Seen(show["otherwise"])


def _is_chosen(groups: Sequence[Document], what: str, key: str, decided: Decided) -> bool:
    """True too for what stands in no group."""
    for group in groups:
        for option in group["options"]:
            if key in option[what]:
                return option["key"] in decided.chosen.get(group["key"], ())
    return True


def is_asked(module: Document, decided: Decided, known: Known, worked_on: Collection[str]) -> frozenset[str]:
    """Keys of the steps whose exercises she is asked to do."""
    return frozenset(
        step["key"]
        for step in module["steps"]
        if seen(module, step, decided, known, worked_on) is Seen.ORDINARY
    )


def requires_of(module: Document, asked: Collection[str]) -> list[Document]:
    """What the module asks of her: its requirements less those at steps that are hidden, optional or not chosen."""
    return [rule for rule in module["unlock"]["requires"] if rule["step"] in asked]


def open_choices(groups: Sequence[Document], decided: Decided) -> list[Document]:
    """Choice groups in which she has chosen too few."""
    return [group for group in groups if len(decided.chosen.get(group["key"], ())) < group["least"]]


# Modules.


def path_of(outline: Document, decided: Decided, opened: Collection[str] = ()) -> list[Document]:
    """Her modules in order: without what is skipped, replaced or not chosen; with what was offered and taken.

    A module that has been opened is never taken away, except by another choice of hers: it stays open beside.
    """
    modules = {module["key"]: module for module in outline["modules"]}
    here = [key for key in _keys_in_path(outline, modules, decided, opened) if key in modules]
    kept = [key for key in here if key in opened or key not in decided.left_out]
    return [modules[key] for key in ordered(kept, decided.order)]


def _keys_in_path(
    outline: Document, modules: Mapping[str, Document], decided: Decided, opened: Collection[str]
) -> list[str]:
    """Each once, by the program's own order and offers."""
    left, instead = _left_and_put_in(outline["modules"], decided)
    found: list[str] = []
    for key, module in modules.items():
        # What takes another's place stands there, wherever its own place is.
        if key not in instead.values() and _stays(outline, module, decided, opened, left):
            found.append(key)
        if key in instead:
            found.append(instead[key])
    return list(dict.fromkeys(found))


def ordered(keys: Sequence[str], order: Sequence[str]) -> list[str]:
    """The keys in the order that was given; one that it doesn't name stays behind the one before it."""
    found = [key for key in order if key in keys]
    for place, key in enumerate(keys):
        if key not in found:
            found.insert(found.index(keys[place - 1]) + 1 if place else 0, key)
    return found


def _stays(
    outline: Document, module: Document, decided: Decided, opened: Collection[str], left: Collection[str]
) -> bool:
    key = module["key"]
    if not _is_chosen(outline.get("choices", ()), "modules", key, decided):
        return False
    return key in opened or (key not in left and _is_ordinary(module, decided))


def _left_and_put_in(
    modules: Sequence[Document], decided: Decided
) -> tuple[frozenset[str], Mapping[str, str]]:
    left: set[str] = set()
    instead: dict[str, str] = {}
    for module in modules:
        for offer in module["unlock"].get("offers", ()):
            if name_of(module["key"], offer["key"]) in decided.accepted and offer["does"] != "early":
                left.add(module["key"])
                if offer["does"] == "replace":
                    instead[module["key"]] = offer["instead"]
    return frozenset(left), instead


def _is_ordinary(module: Document, decided: Decided) -> bool:
    key, unlock = module["key"], module["unlock"]
    if unlock["release"] != OFFER:
        return True
    offers = (offer for offer in unlock.get("offers", ()) if offer["does"] == "early")
    return any(name_of(key, offer["key"]) in decided.accepted for offer in offers)


def offers_of(
    outline: Document,
    path: Sequence[Document],
    decided: Decided,
    known: Known,
    *,
    opened: Collection[str],
    handed_in: Collection[str],
) -> list[Offered]:
    """Offers that fire now and are not accepted: those declined too, so that they can be taken up again.

    Only about modules that are not open yet: nothing is skipped, replaced or opened that has been begun.
    """
    here = {module["key"] for module in path}
    standing = [
        Offered(module, offer)
        for module in outline["modules"]
        if module["key"] not in opened
        for offer in module["unlock"].get("offers", ())
        if _can_be_offered(module, offer, here, opened)
    ]
    return [
        each
        for each in standing
        if each.name not in decided.accepted
        and set(each.offer.get("after", ())) <= set(handed_in)
        and fires(each.offer, known)
    ]


def taken_of(outline: Document, decided: Decided, *, opened: Collection[str]) -> list[Offered]:
    """Accepted offers that can still be taken back: the module it left is not open, nor what stands in its place."""
    return [
        each
        for module in outline["modules"]
        if module["key"] not in opened
        for each in (Offered(module, offer) for offer in module["unlock"].get("offers", ()))
        if each.name in decided.accepted
        and each.offer["does"] != "early"
        and each.offer.get("instead") not in opened
    ]


def _can_be_offered(
    module: Document, offer: Document, here: Collection[str], opened: Collection[str]
) -> bool:
    """What she has left can't be left again; what only an offer brings is in nobody's path yet."""
    if offer.get("instead") in opened:
        return False
    return module["key"] in here or (module["unlock"]["release"] == OFFER and offer["does"] == "early")


def guards_of(path: Sequence[Document], key: str) -> list[Document]:
    """The modules that must be handed in before this one opens: those it names, less those she has left, else the one
    before it in her path."""
    keys = [module["key"] for module in path]
    place = keys.index(key)
    named = [module for module in path if module["key"] in path[place]["unlock"].get("after", ())]
    return named or list(path[max(0, place - 1) : place])


def is_next(path: Sequence[Document], key: str, opened: Collection[str]) -> bool:
    """It is her turn for it: it names what it comes after, or all before it in her path are open."""
    keys = [module["key"] for module in path]
    place = keys.index(key)
    return bool(path[place]["unlock"].get("after")) or all(before in opened for before in keys[:place])


def keys_of(outline: Document, decided: Decided) -> list[str]:
    """All modules of the program, in the order that is hers."""
    return ordered([module["key"] for module in outline["modules"]], decided.order)


def counted(outline: Document) -> list[Document]:
    """The modules that a program is said to have: without those that only an offer brings."""
    return [module for module in outline["modules"] if module["unlock"]["release"] != OFFER]


def still_to_choose(outline: Document, decided: Decided) -> int:
    """How many modules her open choices among modules bring at least, beside those that are in her path."""
    found = 0
    for group in open_choices(outline.get("choices", ()), decided):
        chosen = decided.chosen.get(group["key"], ())
        open_ones = (option for option in group["options"] if option["key"] not in chosen)
        sizes = sorted(len(set(option["modules"]) - decided.left_out) for option in open_ones)
        found += sum(sizes[: group["least"] - len(chosen)])
    return found


def place_of(outline: Document, key: str, decided: Decided) -> int:
    """A module's place in the program, from 1; one that takes another's place has that one's."""
    keys = keys_of(outline, decided)
    _left, instead = _left_and_put_in(outline["modules"], decided)
    standing = next((left for left, put_in in instead.items() if put_in == key), key)
    return keys.index(standing) + 1


def choices_before(outline: Document, key: str, decided: Decided) -> list[Document]:
    """Choices among modules that she has still to make before this module: it stands after their first one."""
    keys = keys_of(outline, decided)
    return [
        group
        for group in open_choices(outline.get("choices", ()), decided)
        if min(keys.index(one) for option in group["options"] for one in option["modules"]) < keys.index(key)
    ]


def rules_in(outline: Document) -> Iterator[Document]:
    """Every rule with conditions, wherever it stands."""
    for part in (outline, *outline["modules"]):
        for group in part.get("choices", ()):
            yield from (option["suggest"] for option in group["options"] if "suggest" in option)
    for module in outline["modules"]:
        yield from module["unlock"].get("offers", ())
        yield from (rule for rule in (module["unlock"].get("hold"),) if rule)
        yield from (step["show"] for step in module["steps"] if "show" in step)


def is_tailored(outline: Document) -> bool:
    """The program leaves anything to decide or to look at: else its path is the same for everybody."""
    if outline.get("subtypes") or any(part.get("choices") for part in (outline, *outline["modules"])):
        return True
    return any(True for _rule in rules_in(outline))


def tailors_steps(module: Document) -> bool:
    """Not everybody sees the same steps of the module."""
    return bool(module.get("choices")) or any(
        "show" in step or "only_for" in step for step in module["steps"]
    )


def closed_of(path: Sequence[Document], opened: Collection[str]) -> Iterator[Document]:
    """The modules of her path that are not open, in order."""
    return (module for module in path if module["key"] not in opened)
