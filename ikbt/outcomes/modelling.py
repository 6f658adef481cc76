"""Which waves the page's mixed model is fitted to, so that a request can wait for it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from measurements.outcomes.figures import Model
from measurements.outcomes.hiding import AT_LEAST
from measurements.outcomes.reporting import outcome_report

if TYPE_CHECKING:
    from measurements.outcomes.table import Table

# The fit's time grows with the patterns of answered waves, 2 to the number of waves, hardly with the persons.
MOST_WAVES = 6


def model_waves(waves: tuple[str, ...]) -> list[int]:
    """The places of start, middle, end and follow-ups, the first MOST_WAVES of them; weeks are left out."""
    planned = [
        place
        for place, wave in enumerate(waves)
        if wave in {"pre", "mid", "post"} or wave.startswith("follow")
    ]
    return planned[:MOST_WAVES]


def fitted(table: Table, instrument: str) -> Model | None:
    """The mixed model of everybody in the table; None where it can't be fitted or a wave may not be shown."""
    places = model_waves(table.waves)
    scores = table.scores.get(instrument)
    if len(places) < 2 or scores is None:
        return None
    narrow = replace(
        table,
        waves=tuple(table.waves[place] for place in places),
        days=tuple(table.days[place] for place in places),
        measures={instrument: table.measures[instrument]},
        scores={instrument: scores[:, places]},
    )
    found = outcome_report(narrow, at_least=AT_LEAST, model=True).total.instruments
    return found[0].model if found else None
