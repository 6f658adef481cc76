"""Nights that tests hand in to the sleep diary."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment, WorksheetEntry
from ikbt.treatments.saving import Place, hand_in_entry

PLACE = Place("m01", "m01-s02", "sleep_diary", "0" * 64)
# 480 minutes in bed, 320 asleep: 66.7 %.
NIGHT = {
    "bed_time": "23:00",
    "lights_out": "23:30",
    "sol": 45,
    "awakenings": 2,
    "waso": 40,
    "final_wake": "06:15",
    "out_of_bed": "07:00",
    "naps": 0,
    "quality": 4,
    "rested": 3,
    "dozed_risk": False,
}


def night(treatment: Treatment, day: date, *, at: datetime | None = None, **changed: Any) -> WorksheetEntry:
    """One morning's entry."""
    values: dict[str, object] = {**NIGHT, "date": day.isoformat(), **changed}
    return hand_in_entry(treatment, PLACE, values, client_key=uuid4(), by=SYSTEM, at=at or clock.now())


def nights(treatment: Treatment, count: int, *, until: date | None = None, **changed: Any) -> None:
    """So many mornings in a row, the last one today."""
    last = until or clock.today()
    for back in range(count):
        night(treatment, last - timedelta(days=back), **changed)
