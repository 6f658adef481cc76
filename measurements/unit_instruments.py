"""Which instruments a unit has and how: shipped ones with its own wording and numbers in them, as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from ikbt.accounts.models import CareUnit
from measurements.combining import Wording, combined
from measurements.definition import read_instrument
from measurements.instrument import Instrument
from measurements.models import UnitNumbers, UnitWording
from measurements.registry import shipped, shipped_data


@dataclass(frozen=True)
class OwnParts:
    """What a unit has of its own for one instrument: the newest wording of each language, the newest numbers."""

    wordings: tuple[UnitWording, ...] = ()
    numbers: UnitNumbers | None = None

    def in_definition(self, slug: str, unit: CareUnit) -> dict[str, Any]:
        """The definition with the own parts in it; without any it is the shipped one."""
        rows = [Wording(row.language, row.words, source_of(row), row.verified) for row in self.wordings]
        numbers = self.numbers
        signed = (
            {**numbers.numbers, "citation": f"{unit.name}: {numbers.reason}"}
            if numbers and numbers.numbers
            else None
        )
        return combined(shipped_data()[slug], wordings=rows, numbers=signed, whose=str(unit.pk))


def source_of(row: UnitWording) -> str:
    """Where a unit's wording comes from, in the words of the definition."""
    return f"{row.licence_holder}: {row.licence_note}"


def own_parts(unit: CareUnit, *, on: date) -> dict[str, OwnParts]:
    """Slug -> what the unit has of its own on a day; two queries."""
    wordings: dict[str, dict[str, UnitWording]] = defaultdict(dict)
    # Oldest first, so that the newest takes over.
    for row in UnitWording.objects.filter(unit=unit, valid_from__lte=on):
        wordings[row.slug][row.language] = row
    numbers = {row.slug: row for row in UnitNumbers.objects.filter(unit=unit)}
    return {
        slug: OwnParts(
            tuple(wordings[slug][language] for language in sorted(wordings[slug])), numbers.get(slug)
        )
        for slug in shipped()
        if slug in wordings or slug in numbers
    }


def definitions_of(unit: CareUnit, slugs: Iterable[str], *, on: date) -> dict[str, Mapping[str, Any]]:
    """Slug -> definition as the unit has it, for those of the slugs that are known."""
    own = own_parts(unit, on=on)
    return {
        slug: own[slug].in_definition(slug, unit) if slug in own else shipped_data()[slug]
        for slug in slugs
        if slug in shipped()
    }


def instruments_of(unit: CareUnit, *, on: date) -> dict[str, Instrument]:
    """Slug -> instrument, all there are, as the unit has them."""
    own = own_parts(unit, on=on)
    return {
        slug: read_instrument(own[slug].in_definition(slug, unit)) if slug in own else known
        for slug, known in shipped().items()
    }
