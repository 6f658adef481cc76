"""Pure: decides what of a treatment's first weeks the model sees, and what it calls a treatment that failed.

Few and readable: a slope beside the change would say the same twice, and their weights would argue with each other.
Predictors after Hentati Isacsson et al. 2024 (Commun Med 4:196: baseline, weekly symptoms, activity) and Forsell et al.
2022 (Internet Interv 100554); failure as in Forsell et al. 2019 (AJP 176:315): neither responder nor remitter.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields
from typing import Any

from measurements.change import has_responded, is_in_remission
from measurements.instrument import Instrument

DAYS = 7
# As measurements.models.Occasion.Kind has them.
AT_START, AT_END = frozenset({"screening", "pre"}), "post"


@dataclass(frozen=True)
class Seen:
    """One occasion of a summary; days from the start of treatment."""

    kind: str
    number: int
    opens: int
    due: int
    closes: int
    answered: int | None
    total: float | None


@dataclass(frozen=True)
class Beginning:
    """What the model is given, each about 0 to 1: shares of the instrument's span, of weeks, of modules.

    `change` is positive when worse. `unanswered`: share of the questionnaires due by then.
    `behind`: share of the weeks without a module handed in.
    """

    baseline: float
    change: float
    unanswered: float
    behind: float

    def values(self) -> tuple[float, ...]:
        """In the order of `names`."""
        return astuple(self)


NAMES = tuple(field.name for field in fields(Beginning))


def seen(rows: Sequence[Sequence[Any]]) -> list[Seen]:
    """The occasions of one instrument in a summary, by opening day."""
    return [Seen(*row) for row in rows]


def beginning(
    occasions: Sequence[Seen], hand_ins: Sequence[int], *, instrument: Instrument, week: int
) -> Beginning | None:
    """The first `week` weeks of a treatment; None without a baseline or without a later score to compare with."""
    end = week * DAYS
    scored = [
        one for one in occasions if one.total is not None and one.answered is not None and one.answered < end
    ]
    first = next((one for one in scored if one.kind in AT_START), None) or next(
        (one for one in scored if (one.answered or 0) < DAYS), None
    )
    later = [one for one in scored if first is not None and one.opens > first.opens]
    if first is None or first.total is None or not later:
        return None
    span = instrument.scoring.highest - instrument.scoring.lowest
    sign = 1 if instrument.higher_is_worse else -1
    due = [one for one in occasions if one.due < end]
    return Beginning(
        baseline=(
            sign * first.total - (instrument.scoring.lowest if sign > 0 else -instrument.scoring.highest)
        )
        / span,
        change=sign * (later[-1].total or 0) / span - sign * first.total / span,
        unanswered=sum(one.answered is None or one.answered >= end for one in due) / len(due) if due else 0.0,
        behind=max(0.0, 1 - sum(day < end for day in hand_ins) / week),
    )


def has_failed(occasions: Sequence[Seen], *, instrument: Instrument) -> bool | None:
    """Neither half as many points as at the start nor in remission at the end; None when the end was not measured."""
    first = next((one.total for one in occasions if one.total is not None), None)
    last = next((one.total for one in occasions if one.kind == AT_END and one.total is not None), None)
    if first is None or last is None:
        return None
    return not (has_responded(instrument, first, last) or is_in_remission(instrument, last))


def of(measures: Mapping[str, Sequence[Sequence[Any]]], slug: str) -> list[Seen]:
    """One instrument's occasions in a summary's `measures`; empty when it is not measured."""
    return seen(measures.get(slug, ()))
