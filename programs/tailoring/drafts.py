"""Tailoring rules between the program file and the blocks that an author fills in: both ways, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Document = dict[str, Any]
Value = Mapping[str, Any]
# The kinds of conditions as the editor knows them, by the key that gives them away; the first that fits.
KINDS = {
    "equals": "answer",
    "field": "answer",
    "entries": "entries",
    "above": "compared",
    "instrument": "score",
}


def told(value: Value, names: Iterable[str]) -> Document:
    """These parts of a block, less those left empty."""
    return {name: value[name] for name in names if value.get(name) not in {None, ""}}


def keys_in(line: str) -> list[str]:
    """The keys in a line with commas or spaces between."""
    return line.replace(",", " ").split()


# From the editor's blocks to the file.


def conditions_from(value: Value) -> Document:
    """`when`, and `match` where any of them is enough."""
    found = [dict(told(child.value, child.value)) for child in value["when"]]
    return {"when": found, **({"match": "any"} if value["match"] == "any" else {})}


def subtypes_from(children: Iterable[Any]) -> list[Document]:
    """The program's subtypes."""
    return [told(child.value, ("key", "title", "about")) for child in children]


def choice_from(value: Value, what: str) -> Document:
    """A choice group; its options name `what`: steps or modules."""
    options = []
    for option in value["options"]:
        suggest = [conditions_from(child.value) for child in option["suggest"]]
        options.append(
            {
                **told(option, ("key", "title", "about")),
                what: keys_in(option["of"]),
                **({"suggest": suggest[0]} if suggest else {}),
            }
        )
    return {**told(value, ("key", "title", "about", "least", "most")), "options": options}


def step_from(value: Value) -> Document:
    """What a step says about whom it is shown to."""
    shown = [
        {**conditions_from(child.value), "otherwise": child.value["otherwise"]} for child in value["show"]
    ]
    subtypes = keys_in(value["only_for"] or "")
    return {**({"only_for": subtypes} if subtypes else {}), **({"show": shown[0]} if shown else {})}


def offer_from(value: Value) -> Document:
    after = keys_in(value["after"] or "")
    return {
        **told(value, ("key", "does", "who", "instead", "say")),
        **conditions_from(value),
        **({"after": after} if after else {}),
    }


def unlock_from(page: Any) -> Document:
    """What a module says about its opening, besides release, min_days and requires."""
    after = keys_in(page.after)
    held = [{**conditions_from(child.value), **told(child.value, ("say",))} for child in page.hold]
    offers = [offer_from(child.value) for child in page.offers]
    return {
        **({} if page.weekly else {"weekly": False}),
        **({"after": after} if after else {}),
        **({"hold": held[0]} if held else {}),
        **({"offers": offers} if offers else {}),
    }


def choices_from(children: Iterable[Any], what: str) -> Document:
    """{"choices": ...} where there are any."""
    groups = [choice_from(child.value, what) for child in children]
    return {"choices": groups} if groups else {}


# From the file to what the editor's blocks are stored as.


def parts(values: Sequence[Any], place: str, kind: str | Callable[[Value], str]) -> list[Document]:
    """A nested stream's stored form; ids follow from the place, so that the same file gives the same draft."""
    return [
        {
            "type": kind if isinstance(kind, str) else kind(value),
            "value": value,
            "id": str(uuid5(NAMESPACE_URL, f"{place}:{number}")),
        }
        for number, value in enumerate(values)
    ]


def kind_of(condition: Value) -> str:
    """How the editor calls a condition of this shape."""
    return next(name for key, name in KINDS.items() if key in condition)


def conditions_to(value: Value, place: str) -> Document:
    when = parts(value["when"], f"{place}:when", kind_of)
    return {**value, "when": when, "match": value.get("match", "all")}


def one(value: Value | None, place: str) -> list[Document]:
    """A stream of one part, or none."""
    return parts([conditions_to(value, place)], place, "when") if value else []


def step_to(step: Value, place: str) -> Document:
    """A step's rules as its block stores them."""
    return {"only_for": ", ".join(step.get("only_for", [])), "show": one(step.get("show"), f"{place}:show")}


def unlock_to(unlock: Value, place: str) -> Document:
    """Fields of a ModulePage."""
    offers = [
        {**conditions_to(offer, f"{place}:{offer['key']}"), "after": ", ".join(offer.get("after", []))}
        for offer in unlock.get("offers", [])
    ]
    return {
        "weekly": unlock.get("weekly", True),
        "after": ", ".join(unlock.get("after", [])),
        "hold": one(unlock.get("hold"), f"{place}:hold"),
        "offers": parts(offers, f"{place}:offers", "offer"),
    }


def choices_to(groups: Sequence[Value], what: str, place: str) -> list[Document]:
    """The stream of choice groups."""
    return parts([{**group, "options": _options_to(group, what, place)} for group in groups], place, "choice")


def _options_to(group: Value, what: str, place: str) -> list[Document]:
    here = f"{place}:{group['key']}"
    values = [
        {
            **{name: part for name, part in option.items() if name not in {what, "suggest"}},
            "of": ", ".join(option[what]),
            "suggest": one(option.get("suggest"), f"{here}:{option['key']}"),
        }
        for option in group["options"]
    ]
    return parts(values, here, "item")
