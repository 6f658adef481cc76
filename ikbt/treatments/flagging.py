"""What an exercise that is handed in tells of danger: a night of dangerous sleepiness becomes an alert the same day."""

from __future__ import annotations

from datetime import datetime

from ikbt.audit.recording import Actor
from ikbt.common.beside import beside
from ikbt.treatments.alerting import raise_alert
from ikbt.treatments.models import Alert, Treatment, WorksheetEntry
from ikbt.treatments.sleep_nights import DIARY, PLAN, figure, nights_in, numbers_of, told_in
from ikbt.treatments.sleep_window_rule import Week, is_sleepy


def flag_entry(treatment: Treatment, entry: WorksheetEntry, *, by: Actor, at: datetime) -> Alert | None:
    """Raise what the entry tells of; runs in the transaction that hands it in, and never takes the entry with it.

    An entry about sleep that can't be read is raised like a dangerous one: a human reads it instead.
    """
    with beside("reading what an exercise tells of danger"):
        return _raise(treatment, entry, by=by, at=at) if _is_dangerous(treatment, entry, at) else None
    if entry.exercise in {DIARY, PLAN}:
        with beside("raising an alert for an exercise that can't be read"):
            return _raise(treatment, entry, by=by, at=at)
    return None


def _is_dangerous(treatment: Treatment, entry: WorksheetEntry, at: datetime) -> bool:
    numbers = numbers_of(treatment)
    return any(is_sleepy(week, numbers) for week in sleepiness_in(entry, at=at))


def _raise(treatment: Treatment, entry: WorksheetEntry, *, by: Actor, at: datetime) -> Alert:
    return raise_alert(
        treatment,
        kind=Alert.Kind.SLEEPINESS,
        level=Alert.Level.WATCH,
        occasion=None,
        by=by,
        at=at,
        cause=f"entry {entry.pk}",
    )


def sleepiness_in(entry: WorksheetEntry, *, at: datetime) -> list[Week]:
    """What the entry tells of sleepiness, as the rule reads it; nothing for other exercises."""
    if not isinstance(entry.values, dict):
        return []
    if entry.exercise == PLAN:
        return [Week(0, None, figure(told_in(entry.values)))]
    if entry.exercise != DIARY:
        return []
    told = nights_in([{**entry.values, "created": entry.created_at}], at=at)
    return [Week(1, None, night.kss, night.dozed) for night in told]
