"""What a therapist sees and decides of a patient's own path: proposed branches with their rule, choices, subtypes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ikbt.treatments.models import PathDecision
from ikbt.treatments.pages.tailored import offer_in_words
from ikbt.treatments.paths import Way
from ikbt.treatments.rule_words import fired_in_words
from programs.tailoring.conditions import fires
from programs.tailoring.path import Offered


@dataclass(frozen=True)
class Proposal:
    """A branch that fires now; `fired`: the rule with its numbers. `declined`: said no to before, with `reason`.
    `taken`: said yes to, and can still be taken back."""

    module_key: str
    offer_key: str
    words: str
    say: str
    fired: list[str]
    to_patient: bool
    declined: bool
    reason: str
    taken: bool = False


@dataclass(frozen=True)
class ChoiceLine:
    """A choice of the patient's: what she has chosen, what her answers suggest."""

    title: str
    chosen: str
    suggested: list[str]


@dataclass(frozen=True)
class SubtypeLine:
    """A subtype that can be opened for the patient."""

    key: str
    title: str
    about: str
    is_open: bool


def tailored(way: Way) -> dict[str, Any]:
    """Context of therapist/_tailored.html; asks the database nothing."""
    found = {"proposals": proposals(way), "path_choices": choice_lines(way), "subtypes": subtype_lines(way)}
    return {**found, "is_tailored": any(found.values())}


def proposals(way: Way) -> list[Proposal]:
    """Those that nobody has answered first, then those that were declined, then those that were taken."""
    found = [_proposal(way, one) for one in way.offers] + [
        _proposal(way, one, taken=True) for one in way.taken
    ]
    return sorted(found, key=lambda proposal: (proposal.taken, proposal.declined))


def _proposal(way: Way, one: Offered, *, taken: bool = False) -> Proposal:
    decision = next(
        (each for each in way.decisions if (each.kind, each.key) == (PathDecision.Kind.OFFER, one.name)),
        None,
    )
    return Proposal(
        module_key=one.module["key"],
        offer_key=one.offer["key"],
        words=offer_in_words(one, way),
        say=one.offer.get("say", ""),
        # What was taken is told with the numbers of its day.
        fired=decision.fired if decision and taken else fired_in_words(one.offer, way.known, way.outline),
        to_patient=one.offer["who"] == "patient",
        declined=one.name in way.decided.declined,
        reason=decision.reason if decision else "",
        taken=taken,
    )


def choice_lines(way: Way) -> list[ChoiceLine]:
    """Every choice of the program and of the modules that are open."""
    parts = [way.outline, *(module for module in way.path if module["key"] in way.opened)]
    return [_choice_line(way, group) for part in parts for group in part.get("choices", ())]


def _choice_line(way: Way, group: Any) -> ChoiceLine:
    chosen = way.decided.chosen.get(group["key"], ())
    return ChoiceLine(
        title=group["title"],
        chosen=", ".join(option["title"] for option in group["options"] if option["key"] in chosen),
        suggested=[
            f"{option['title']} ({'; '.join(fired_in_words(option['suggest'], way.known, way.outline))})"
            for option in group["options"]
            if fires(option.get("suggest"), way.known)
        ],
    )


def subtype_lines(way: Way) -> list[SubtypeLine]:
    """The program's subtypes, those that are hers marked."""
    return [
        SubtypeLine(one["key"], one["title"], one.get("about", ""), one["key"] in way.decided.subtypes)
        for one in way.outline.get("subtypes", ())
    ]
