"""Learns a forecast from the service's ended treatments, and says plainly when there are too few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db import transaction

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.early_warning.beginnings import NAMES, Beginning, Seen, beginning, has_failed, of
from ikbt.treatments.early_warning.expecting import expected_course
from ikbt.treatments.early_warning.judging import Judgement, best_threshold, judge
from ikbt.treatments.early_warning.regression import Weights, fit
from ikbt.treatments.models import EarlyWarningModel, OutcomeSummary
from ikbt.treatments.thresholds import LEARNING
from measurements.instrument import Instrument


class Ended(NamedTuple):
    """What is read of an ended treatment."""

    measures: dict[str, Any]
    hand_ins: list[int]
    modules: int
    starts_on: date


@dataclass(frozen=True)
class Case:
    """An ended treatment as the forecast learns from it."""

    starts_on: date
    beginning: Beginning
    failed: bool


@dataclass(frozen=True)
class Learnt:
    """The stored forecast; `why_not` tells in a sentence why it holds no weights, else ""."""

    forecast: EarlyWarningModel
    why_not: str


def train_early_warning(instrument: Instrument, *, week: int, by: Actor, at: datetime) -> Learnt:
    """Learn from all ended treatments with this instrument and keep what was learnt; nothing is shown by that.

    The latest starters are held back and judged on. Too few of either outcome: stored without weights, with the reason.
    """
    rows = _ended(instrument)
    courses = [of(row.measures, instrument.id) for row in rows]
    cases = sorted(_cases(rows, courses, instrument, week), key=lambda case: case.starts_on)
    cut = round(len(cases) * (1 - LEARNING.held_back))
    early, late = cases[:cut], cases[cut:]
    why_not = too_few(early, late)
    weights, judgement = (None, None) if why_not else _learn(early, late)
    expected = expected_course(courses, instrument=instrument, at_least=LEARNING.expected_at_least)
    with transaction.atomic():
        forecast = EarlyWarningModel.objects.create(
            instrument=instrument.id,
            week=week,
            weights=weights.as_dict() if weights else None,
            judgement=judgement.as_dict() if judgement else None,
            expected={
                stratum: [[one.week, one.n, one.median, one.upper] for one in weeks]
                for stratum, weeks in expected.items()
            },
            learnt_from=len(early),
            held_back=len(late),
            without_end=sum(has_failed(course, instrument=instrument) is None for course in courses),
            first_start=cases[0].starts_on if cases else None,
            last_start=cases[-1].starts_on if cases else None,
            made_at=at,
        )
        record(Entry.Action.CREATE, by=by, kind="early warning", object_id=forecast.pk, reason=instrument.id)
    return Learnt(forecast, why_not)


def too_few(early: Sequence[Case], late: Sequence[Case]) -> str:
    """Why a forecast would be worth nothing: a sentence, or "" when there are enough of everything."""
    failed, well = _counts(early)
    held_failed, held_well = _counts(late)
    if len(early) < LEARNING.treatments or min(failed, well) < LEARNING.each_outcome:
        return (
            f"Too few to learn from: {len(early)} treatments, of which {failed} failed and {well} did not; needed are "
            f"{LEARNING.treatments}, and {LEARNING.each_outcome} of each."
        )
    if min(held_failed, held_well) < LEARNING.each_held_back:
        return (
            f"Too few to judge by: of those held back {held_failed} failed and {held_well} did not; needed are "
            f"{LEARNING.each_held_back} of each."
        )
    return ""


def _counts(cases: Sequence[Case]) -> tuple[int, int]:
    failed = sum(case.failed for case in cases)
    return failed, len(cases) - failed


def _learn(early: Sequence[Case], late: Sequence[Case]) -> tuple[Weights, Judgement]:
    fitted = fit([case.beginning.values() for case in early], [case.failed for case in early], NAMES)
    own = [fitted.chance(case.beginning.values()) for case in early]
    threshold = best_threshold(own, [case.failed for case in early])
    weights = replace(fitted, threshold=threshold)
    chances = [weights.chance(case.beginning.values()) for case in late]
    return weights, judge(chances, [case.failed for case in late], threshold=threshold)


def _ended(instrument: Instrument) -> list[Ended]:
    rows = OutcomeSummary.objects.of_the_service().over()
    read = rows.values_list("measures", "hand_ins", "modules_total", "treatment__starts_on")
    return [row for row in map(Ended._make, read.iterator(chunk_size=2000)) if instrument.id in row.measures]


def _cases(
    rows: Sequence[Ended], courses: Sequence[Sequence[Seen]], instrument: Instrument, week: int
) -> list[Case]:
    found = []
    for row, course in zip(rows, courses, strict=True):
        failed = has_failed(course, instrument=instrument)
        began = beginning(course, row.hand_ins, modules=row.modules, instrument=instrument, week=week)
        if failed is not None and began is not None:
            found.append(Case(row.starts_on, began, failed))
    return found
