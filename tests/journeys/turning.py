"""Turns the clock of the whole server in a walk: it begins on a working day at nine, and goes where it is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

import pytest
from django.utils import timezone

from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM
from ikbt.common.working_time import is_working_day

NINE = time(9)


def working_monday(after: date) -> date:
    """The first Monday behind a day whose next Monday is worked too."""
    day = after + timedelta(days=7 - after.weekday())
    while not (is_working_day(day) and is_working_day(day + timedelta(weeks=1))):
        day += timedelta(weeks=1)
    return day


@dataclass
class TurnedClock:
    """`turn_to(moment)`: from then on the server, and `clock.now()` in the test, run on from there."""

    monkeypatch: pytest.MonkeyPatch
    monday: date = field(default_factory=lambda: working_monday(timezone.now().astimezone(STOCKHOLM).date()))

    def turn_to(self, moment: datetime) -> datetime:
        """Turn to a moment, within the minute."""
        ahead = round((moment - timezone.now()).total_seconds() / 60)
        self.monkeypatch.setenv(clock.MOVED_BY, f"{ahead:+d}m")
        return clock.now()

    def turn_to_day(self, day: date, at: time = NINE) -> datetime:
        """Turn to a local time of a day."""
        return self.turn_to(datetime.combine(day, at, tzinfo=STOCKHOLM))
