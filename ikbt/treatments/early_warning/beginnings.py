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
EVER = 1_000_000  # a day after all others
# As measurements.models.Occasion.Kind has them.
AT_START, AT_END = ("pre", "screening"), "post"


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
    `behind`: share of the weeks without a module of her own path handed in; a path shorter than the weeks asks no more.
    """

    baseline: float
    change: float
    unanswered: float
    behind: float

    def values(self) -> tuple[float, ...]:
        """In the order of `names`."""
        return astuple(self)


NAMES = tuple(field.name for field in fields(Beginning))


@dataclass(frozen=True)
class Scored:
    """An answered occasion with a total."""

    kind: str
    opens: int
    answered: int
    total: float


def answered_before(occasions: Sequence[Seen], day: int) -> list[Scored]:
    """What was answered, enough for a total, before a day; by opening day."""
    return [
        Scored(one.kind, one.opens, one.answered, one.total)
        for one in occasions
        if one.total is not None and one.answered is not None and one.answered < day
    ]


def beginning(
    occasions: Sequence[Seen], hand_ins: Sequence[int], *, modules: int, instrument: Instrument, week: int
) -> Beginning | None:
    """The first `week` weeks of a treatment; None without a baseline or without a later score to compare with.

    `modules`: how many her own path has; `hand_ins`: the days on which she handed one of them in.
    """
    end = week * DAYS
    scored = answered_before(occasions, end)
    first = baseline_of(scored)
    later = [
        one for one in scored if first is not None and one.opens > first.opens and one.kind not in AT_START
    ]
    if first is None or not later:
        return None
    at_first, at_last = (_severity(instrument, one.total) for one in (first, later[-1]))
    return Beginning(
        baseline=at_first,
        change=at_last - at_first,
        unanswered=_unanswered(occasions, end),
        behind=_behind(sum(day < end for day in hand_ins), min(week, modules)),
    )


def baseline_of(scored: Sequence[Scored]) -> Scored | None:
    """The one at the start, else the screening, as outcomes count it; else the first answer of the first week."""
    pre, screened = ([one for one in scored if one.kind == kind] for kind in AT_START)
    return next(iter([*pre, *screened, *(one for one in scored if one.answered < DAYS)]), None)


def _severity(instrument: Instrument, total: float) -> float:
    """A total as a share of the instrument's span, 1 being worst."""
    lowest, highest = instrument.scoring.lowest, instrument.scoring.highest
    points = total - lowest if instrument.higher_is_worse else highest - total
    return points / (highest - lowest)


def _unanswered(occasions: Sequence[Seen], end: int) -> float:
    """Share of the questionnaires due before a day that were not answered by then; 0 when none was due."""
    due = [one for one in occasions if one.due < end]
    missed = sum(one.answered is None or one.answered >= end for one in due)
    return missed / len(due) if due else 0.0


def _behind(handed_in: int, asked: int) -> float:
    """Share of what was asked by then that is not handed in; 0 when nothing was asked."""
    return max(0.0, 1 - handed_in / asked) if asked else 0.0


def has_failed(occasions: Sequence[Seen], *, instrument: Instrument) -> bool | None:
    """Neither half as many points as at the start nor in remission at the end; None when the end was not measured."""
    scored = answered_before(occasions, EVER)
    first = baseline_of(scored) or next(iter(scored), None)
    last = next((one.total for one in occasions if one.kind == AT_END and one.total is not None), None)
    if first is None or last is None:
        return None
    return not (has_responded(instrument, first.total, last) or is_in_remission(instrument, last))


def of(measures: Mapping[str, Sequence[Sequence[Any]]], slug: str) -> list[Seen]:
    """One instrument's occasions in a summary's `measures`; empty when it is not measured."""
    return [Seen(*row) for row in measures.get(slug, ())]
