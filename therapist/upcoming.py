"""Decides what comes next where nothing waits: the day of a questionnaire, or of a week without a sign of life."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.thresholds import thresholds_of
from therapist.courses import Course


@dataclass(frozen=True)
class Upcoming:
    """What becomes a reason by itself, and when; no `instrument`: silence."""

    at: datetime
    instrument: str = ""


@dataclass(frozen=True)
class UpcomingInWords:
    """The same on screen."""

    text: str
    at: datetime


def upcoming_in(course: Course, *, at: datetime) -> Upcoming | None:
    """The first thing to come in one course; None when nothing is known to come."""
    found = [
        Upcoming(one.due_at, course.instrument_of(one).short)
        for one in course.measured
        if one.answered_at is None and one.due_at > at
    ]
    treatment = course.treatment
    if treatment.state == Treatment.State.ACTIVE:
        silent = timedelta(days=thresholds_of(treatment.unit).inactive_amber_days)
        found.append(Upcoming((treatment.last_active_at or treatment.created_at) + silent))
    # By name too: of two at once it is the same one each time.
    return min((one for one in found if one.at > at), key=lambda one: (one.at, one.instrument), default=None)


def next_of(upcoming: Iterable[Upcoming | None], at: datetime) -> UpcomingInWords | None:
    """The first of many, in words; nobody is named, since more than one may come that day."""
    first = min((one for one in upcoming if one is not None), key=lambda one: one.at, default=None)
    return in_words(first) if first else None


def in_words(upcoming: Upcoming) -> UpcomingInWords:
    """What comes and on which day."""
    day = {"day": date_format(clock.local_date(upcoming.at), "l j F"), "instrument": upcoming.instrument}
    words = (
        _("%(instrument)s is due on %(day)s") if upcoming.instrument else _("a week of silence on %(day)s")
    )
    return UpcomingInWords(words % day, upcoming.at)
