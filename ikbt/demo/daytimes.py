"""Pure: moves simulated moments to hours when people are awake and when a health centre works."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from ikbt.common.clock import STOCKHOLM

WAKES, SLEEPS = 7, 23
OPENS, CLOSES = time(8, 0), time(16, 30)
FRIDAY = 4


def weekday_before(day: date) -> date:
    """The same day, or the Friday before a weekend: treatments begin when there is someone to begin with."""
    return day - timedelta(days=max(0, day.weekday() - FRIDAY))


def awake(moment: datetime) -> datetime:
    """The same moment, or one close to it between 7 and 23 on the same Swedish day."""
    local = moment.astimezone(STOCKHOLM)
    if local.hour < WAKES:
        return local.replace(hour=WAKES)
    return local.replace(hour=SLEEPS - 1) if local.hour >= SLEEPS else local


def at_work(moment: datetime) -> datetime:
    """The same moment, or the first one after it on a weekday between 8.00 and 16.30; holidays are not
    known."""
    local = moment.astimezone(STOCKHOLM)
    if local.weekday() <= FRIDAY and OPENS <= local.time() < CLOSES:
        return local
    day = local.date() if local.time() < OPENS else local.date() + timedelta(days=1)
    while day.weekday() > FRIDAY:
        day += timedelta(days=1)
    # The minute is kept, so that not everything is answered on the stroke of eight.
    return datetime.combine(day, OPENS.replace(minute=local.minute), tzinfo=STOCKHOLM)
