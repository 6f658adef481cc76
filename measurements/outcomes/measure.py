"""Decides which numbers an instrument brings to an outcome: direction, cut-off, reliable change, remission."""

from __future__ import annotations

from dataclasses import dataclass

from measurements.instrument import Instrument
from measurements.registry import UnknownInstrumentError, shipped
from measurements.results import Limit
from measurements.talking_therapies import ANXIETY


@dataclass(frozen=True)
class Measure:
    """An instrument's numbers; None where nothing is published. Lowest and highest are the ends of its total."""

    id: str
    higher_is_worse: bool
    lowest: float | None
    highest: float | None
    case: Limit | None
    remission: Limit | None
    reliable_change: float | None
    response_share: float


def measure(instrument_id: str) -> Measure:
    """The numbers of a shipped instrument, or of an anxiety measure that only the Talking Therapies table knows.

    Raises UnknownInstrumentError, which names the shipped ones.
    """
    known = shipped().get(instrument_id)
    if known is not None:
        return measure_of(known)
    if instrument_id not in ANXIETY:
        raise UnknownInstrumentError(instrument_id)
    pair = ANXIETY[instrument_id]
    return Measure(instrument_id, True, None, None, _at_least(pair.case), None, pair.reliable_change, 0.5)


def measure_of(known: Instrument) -> Measure:
    """The numbers of an instrument as somebody has it: shipped, or with a unit's own."""
    return Measure(
        id=known.id,
        higher_is_worse=known.higher_is_worse,
        lowest=known.scoring.lowest,
        highest=known.scoring.highest,
        case=known.cut_off,
        remission=known.remission,
        reliable_change=known.reliable_change.points if known.reliable_change else None,
        response_share=known.response_share,
    )


def _at_least(value: float) -> Limit:
    # The Mobility Inventory's cut-off is a mean, 2.3; whole numbers everywhere else.
    return Limit(value, "at_least")  # type: ignore[arg-type]
