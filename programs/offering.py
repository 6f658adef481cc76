"""What the public is told that units offer, and where to call; pure, on versions already fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ikbt.accounts.models import CareUnit

if TYPE_CHECKING:
    from programs.models import Activation


@dataclass(frozen=True)
class Offer:
    """One program as the public reads of it."""

    title: str
    summary: str
    for_whom: str
    weeks: int
    modules: int


@dataclass(frozen=True)
class Place:
    """A care unit that offers a program; `url` is empty while the unit has no page."""

    unit: CareUnit
    url: str


@dataclass(frozen=True)
class ProgramOffer:
    """A program and where it is offered."""

    offer: Offer
    places: list[Place]


def by_program(places: Iterable[Place], activations: Iterable[Activation]) -> list[ProgramOffer]:
    """Each program once with the units that offer it, in the order of `activations` and of `places`.

    Units that tell the same of a program share it; one with words of its own comes apart.
    """
    offered: dict[Offer, set[object]] = {}
    for one in activations:
        offered.setdefault(offer(one.version.facts), set()).add(one.unit_id)
    listed = list(places)
    return [
        ProgramOffer(one, [place for place in listed if place.unit.pk in units])
        for one, units in offered.items()
    ]


def emergency_numbers(units: Iterable[CareUnit]) -> list[dict[str, str]]:
    """The units' own numbers, each once, as components/crisis.html takes them: name, number, hours."""
    found: dict[str, dict[str, str]] = {}
    for unit in units:
        for line in unit.emergency_numbers:
            number = str(line.get("phone", ""))
            found.setdefault(
                number,
                {"name": line.get("name", unit.name), "number": number, "hours": line.get("about", "")},
            )
    return [line for number, line in found.items() if number]


def offer(facts: Mapping[str, Any]) -> Offer:
    """What the public reads of one version's facts."""
    return Offer(**{name: facts[name] for name in ("title", "summary", "for_whom", "weeks", "modules")})
