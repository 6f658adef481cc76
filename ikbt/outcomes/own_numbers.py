"""Decides by whose numbers a choice is counted: a unit's own where it alone is chosen, else those that are shipped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from ikbt.accounts.models import CareUnit
from measurements.definition import read_instrument
from measurements.instrument import Instrument
from measurements.models import UnitNumbers
from measurements.unit_instruments import own_parts

if TYPE_CHECKING:
    from measurements.outcomes.table import Table


@dataclass(frozen=True)
class Numbers:
    """`own`: the signed row that the choice is counted by. `elsewhere`: units in the choice whose own are not used."""

    own: UnitNumbers | None = None
    instrument: Instrument | None = None
    elsewhere: tuple[str, ...] = ()


def numbers_for(units: Sequence[CareUnit], slug: str, *, on: date) -> Numbers:
    """By the newest that were signed, for everybody counted: treatments that ended under earlier ones too."""
    newest: dict[object, UnitNumbers] = {}
    # Oldest first, so that the newest takes over; an empty one is back to what is shipped.
    for row in UnitNumbers.objects.filter(unit__in=units, slug=slug).select_related("unit", "set_by"):
        newest[row.unit_id] = row
    standing = [row for row in newest.values() if row.numbers]
    if len(units) > 1 or not standing:
        return Numbers(elsewhere=tuple(sorted(row.unit.name for row in standing)))
    definition = own_parts(units[0], on=on)[slug].in_definition(slug, units[0])
    return Numbers(own=standing[0], instrument=read_instrument(definition))


def counted_by(table: Table, numbers: Numbers) -> Table:
    """The table with the unit's own limits in place of the shipped ones."""
    from measurements.outcomes.measure import measure_of

    known = numbers.instrument
    if known is None or known.id not in table.measures:
        return table
    return replace(table, measures={**table.measures, known.id: measure_of(known)})
