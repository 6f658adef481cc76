"""Decides where a month may be simulated and puts it together: unit, plans, cron, patients, staff."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError
from django.db import connection
from django.utils import translation

from ikbt.common import clock
from ikbt.common.clock import midnight
from ikbt.demo import preparing
from ikbt.demo.month import cron, patients, staff
from ikbt.demo.month.living import BEGINS, Month
from ikbt.demo.month.planning import plan_month
from ikbt.demo.month.unit import make_unit

NAME = "simulated_month"


def refuse_elsewhere() -> None:
    """Raise CommandError unless the settings are the tests': the clock is moved, and people are invented."""
    if not (getattr(settings, "SCENARIO_MAY_SEED", False) and getattr(settings, "CLOCK_MAY_MOVE", False)):
        raise CommandError("A month is simulated in the test profile alone: ikbt.settings.test.")


def simulate_month(
    *,
    therapists: int,
    people: int,
    days: int,
    seed: int = 1,
    every: timedelta = timedelta(minutes=30),
    told: Callable[[int], None] = lambda day: None,
) -> Month:
    """Live it, in the database as it is; the clock is put back afterwards. `told(day)` is called as each begins."""
    refuse_elsewhere()
    # What a rule refuses is reported in English; mail is in each person's own language all the same.
    with _clock_put_back(), translation.override("en"):
        begins = midnight(BEGINS)
        clock.move_to(begins)
        unit = make_unit(therapists=therapists, patients=people, seed=seed, at=begins)
        plans = plan_month(patients=people, therapists=therapists, days=days, seed=seed)
        month = Month(unit, plans, days, seed)
        for day in range(days):
            month.later(month.moment(timedelta(days=day)), "day", partial(_tell, told, day + 1))
        cron.put_in(month, every=every)
        staff.put_in(month)
        patients.put_in(month)
        month.live()
        cron.run(month, month.ends)
    return month


def _tell(told: Callable[[int], None], day: int, at: datetime) -> None:
    told(day)


@contextmanager
def throwaway_database(folder: Path) -> Iterator[None]:
    """One of its own, empty and thrown away at the end: beside the settings' own, which is never touched."""
    before = connection.settings_dict["NAME"]
    is_sqlite = connection.vendor == "sqlite"
    connection.settings_dict["TEST"]["NAME"] = str(folder / f"{NAME}.sqlite3") if is_sqlite else NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    if is_sqlite:
        preparing.hurry()
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


@contextmanager
def _clock_put_back() -> Iterator[None]:
    before = os.environ.pop(clock.MOVED_BY, None)
    try:
        yield
    finally:
        os.environ.pop(clock.MOVED_BY, None)
        if before is not None:
            os.environ[clock.MOVED_BY] = before
