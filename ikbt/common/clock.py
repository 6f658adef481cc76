"""The clock: decides what "now" and "today" are, and counts days and working hours in Europe/Stockholm."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone

STOCKHOLM = ZoneInfo("Europe/Stockholm")


def now() -> datetime:
    """The present moment, aware; the only place that asks the machine."""
    return timezone.now()


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


def next_weekday(day: date, weekday: int) -> date:
    """The first date after `day` that falls on `weekday` (Monday is 0)."""
    return day + timedelta(days=(weekday - day.weekday() - 1) % 7 + 1)
