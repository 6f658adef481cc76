"""What a unit's ended treatments have come to, counted: completed, measured twice, reliably better, left unanswered."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ikbt.accounts.models import CareUnit
from ikbt.common.clock import local_date
from ikbt.treatments.early_warning.beginnings import Seen
from ikbt.treatments.models import Treatment
from ikbt.treatments.thresholds import COMPLETED_SHARE
from measurements.change import ReliableChange, reliable_change
from measurements.registry import shipped
from programs.standing import outlines_kept
from therapist.courses import main_of

Measures = Mapping[str, Sequence[Sequence[Any]]]


@dataclass(frozen=True)
class Ended:
    """One treatment: its program's main questionnaire, its last day counted from its start, what was asked."""

    main: str
    days: int
    modules_done: int
    modules_total: int
    measures: Measures


@dataclass(frozen=True)
class CameTo:
    """Numbers of treatments, and of questionnaires whose time was over at the end."""

    completed: int
    measured_twice: int
    better: int
    asked: int
    unanswered: int


def ended_at_unit(unit: CareUnit, *, since: datetime) -> list[tuple[datetime, Ended]]:
    """Those that ended since, with when; one query, and one for programs that this process has not read."""
    rows = list(
        Treatment.objects.of_units([unit.pk])
        .filter(ended_at__gte=since)
        .exclude(end_reason=Treatment.EndReason.WRONG_PATIENT)
        .order_by()
        .values_list(
            *("ended_at", "starts_on", "version_id", "outcome_summary__modules_done"),
            *("outcome_summary__modules_total", "outcome_summary__measures"),
        )
    )
    outlines = outlines_kept({row[2] for row in rows})
    return [
        (
            moment,
            Ended(
                main=main_of(outlines[version]),
                days=(local_date(moment) - starts_on).days,
                modules_done=done or 0,
                modules_total=total or 0,
                measures=measures or {},
            ),
        )
        for moment, starts_on, version, done, total, measures in rows
        if moment is not None
    ]


def come_to(ended: Iterable[Ended]) -> CameTo:
    """Counted as at the end: what was answered later, at a follow-up, is no part of it."""
    completed = measured = better = asked = unanswered = 0
    for one in ended:
        completed += one.modules_total > 0 and one.modules_done / one.modules_total >= COMPLETED_SHARE
        over = [line for line in _lines(one.measures.values()) if line.closes <= one.days]
        asked += len(over)
        unanswered += sum(line.answered is None for line in over)
        change = _change(one)
        measured += change is not None
        better += change is ReliableChange.IMPROVED
    return CameTo(completed, measured, better, asked, unanswered)


def _change(one: Ended) -> ReliableChange | None:
    """From the first to the last answer to the main questionnaire; None without two, or where none is published."""
    instrument = shipped().get(one.main)
    lines = _lines([one.measures.get(one.main, [])])
    totals = [
        line.total
        for line in lines
        if line.total is not None and line.answered is not None and line.answered <= one.days
    ]
    return reliable_change(instrument, totals[0], totals[-1]) if instrument and len(totals) > 1 else None


def _lines(measures: Iterable[Sequence[Sequence[Any]]]) -> list[Seen]:
    return [Seen(*line) for lines in measures for line in lines]
