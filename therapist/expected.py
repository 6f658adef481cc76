"""Marks on a patient's curve: the course that others who began alike have had, and what happened in hers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from ikbt.common.clock import local_date
from ikbt.common.graph import ExpectedPoint, GraphEvent
from ikbt.treatments.early_warning.expecting import stratum_of
from measurements.instrument import Instrument
from therapist.courses import Course

DAYS_IN_WEEK = 7
# More marks than these would hide the curve; the timeline has them all.
MOST_EVENTS = 12


def expected_points(
    weeks_by_stratum: Mapping[str, Any],
    instrument: Instrument,
    baseline: float | None,
    *,
    starts_on: date,
    until: date,
) -> tuple[list[ExpectedPoint], int]:
    """The expected course from a baseline up to a day, and from how many treatments its thinnest week is; ([], 0) when
    too few have begun alike.
    """
    if baseline is None:
        return [], 0
    rows = weeks_by_stratum.get(stratum_of(instrument, baseline), [])
    kept = [
        (starts_on + timedelta(days=week * DAYS_IN_WEEK), n, middle, upper)
        for week, n, middle, upper in rows
        if starts_on + timedelta(days=week * DAYS_IN_WEEK) <= until
    ]
    if len(kept) < 2:
        return [], 0
    return [ExpectedPoint(day, middle, upper) for day, _n, middle, upper in kept], min(
        n for _d, n, _m, _u in kept
    )


def happenings(course: Course) -> list[GraphEvent]:
    """Modules handed in and alerts that stand open, oldest first; the newest when there are many."""
    modules = [
        GraphEvent(
            local_date(one.submitted_at),
            _("Handed in: %(module)s")
            % {"module": course.module(one.module_key).get("title", one.module_key)},
        )
        for one in course.progress
        if one.submitted_at is not None
    ]
    alerts = [
        GraphEvent(local_date(one.raised_at), str(one.get_kind_display()).capitalize())
        for one in course.alerts
    ]
    return sorted([*modules, *alerts], key=lambda event: event.date)[-MOST_EVENTS:]
