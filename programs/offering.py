"""What the public is told that units offer, and where to call; pure, on versions already fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ikbt.accounts.models import CareUnit

if TYPE_CHECKING:
    from programs.models import ProgramVersion


@dataclass(frozen=True)
class Offer:
    """One program as the public reads of it."""

    title: str
    summary: str
    for_whom: str
    weeks: int
    modules: int


@dataclass(frozen=True)
class UnitOffers:
    """A care unit and what it offers."""

    unit: CareUnit
    offers: list[Offer]


def by_unit(units: Iterable[CareUnit], versions: Iterable[ProgramVersion]) -> list[UnitOffers]:
    """Every unit with what its versions offer; a unit without programs comes with an empty list."""
    offered: dict[object, list[Offer]] = {}
    for version in versions:
        offered.setdefault(version.program.unit_id, []).append(offer(version.outline))
    return [UnitOffers(unit, offered.get(unit.pk, [])) for unit in units]


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


def offer(outline: Mapping[str, Any]) -> Offer:
    """What the public reads of one version's outline."""
    return Offer(
        title=outline["title"],
        summary=outline["summary"],
        for_whom=outline.get("for_whom", ""),
        weeks=outline["weeks"],
        modules=len(outline["modules"]),
    )
