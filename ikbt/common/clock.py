"""The clock: decides what "now" and "today" are, and counts days in Europe/Stockholm.

In the test profile alone IKBT_CLOCK moves it: a moment such as 2026-11-30T08:00+01:00, from which it runs on, or a
distance such as +8d, -30m, +2h.
"""

from __future__ import annotations

import os
import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")
MOVED_BY = "IKBT_CLOCK"
DISTANCE = re.compile(r"(?P<sign>[+-])(?P<number>\d{1,5})(?P<unit>[mhd])", re.ASCII)
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
# What a moment in IKBT_CLOCK is counted from.
_BEGAN = timezone.now()


def now() -> datetime:
    """The present moment, aware; the only place that asks the machine."""
    moment = timezone.now()
    if getattr(settings, "CLOCK_MAY_MOVE", False) and MOVED_BY in os.environ:
        return moment + moved_by(os.environ[MOVED_BY], began=_BEGAN)
    return moment


def move_to(moment: datetime) -> None:
    """Let it be a moment now, and run on from it, in this process; raises ImproperlyConfigured outside tests."""
    if not getattr(settings, "CLOCK_MAY_MOVE", False):
        raise ImproperlyConfigured("Only the test profile may move the clock.")
    os.environ[MOVED_BY] = (moment - (timezone.now() - _BEGAN)).isoformat()


def moved_by(text: str, *, began: datetime) -> timedelta:
    """How far IKBT_CLOCK moves the clock; raises ImproperlyConfigured for what is neither moment nor distance."""
    found = DISTANCE.fullmatch(text.strip())
    if found:
        distance = int(found["number"]) * UNITS[found["unit"]]
        return -distance if found["sign"] == "-" else distance
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"{MOVED_BY} is a moment in ISO form or a distance such as +8d."
        ) from wrong
    aware = moment if moment.tzinfo else moment.replace(tzinfo=STOCKHOLM)
    return aware - began


def refuse_to_be_moved() -> None:
    """Called at start: outside the test profile a moved clock would date real records wrongly."""
    if MOVED_BY in os.environ and not getattr(settings, "CLOCK_MAY_MOVE", False):
        raise ImproperlyConfigured(f"{MOVED_BY} belongs to the test profile: unset it to start.")


def today() -> date:
    """The local date in Sweden."""
    return local_date(now())


def local_date(moment: datetime) -> date:
    """The date on a Swedish calendar at an aware moment."""
    return moment.astimezone(STOCKHOLM).date()


def midnight(day: date) -> datetime:
    """The first moment of a local day; right also on the days of clock change."""
    return datetime.combine(day, time.min, tzinfo=STOCKHOLM)


def week_of(start: date, day: date) -> int:
    """Week of a course: 1 for the first seven days, 0 or less before the start."""
    return (day - start).days // 7 + 1


def days_between(earlier: datetime, later: datetime) -> int:
    """Calendar days on the Swedish calendar from one moment to another."""
    return (local_date(later) - local_date(earlier)).days
