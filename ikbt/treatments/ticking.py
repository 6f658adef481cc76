"""Ticking off what was planned, and copying a day of it; the history is kept as for any change of handed-in work."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID, uuid5

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ikbt.audit.recording import Actor
from ikbt.treatments.models import Treatment, WorksheetEntry
from ikbt.treatments.saving import Place, hand_in_entry, unfinished

SCHEDULE = "activity_schedule"
OUTCOMES = frozenset({"done", "partly", "moved", "not"})
# What a copy does not take along: how it went the other time.
OF_THAT_DAY = ("outcome", "actual_mood", "barrier")
COPIES = UUID("3f0c8f0e-6a37-4a6f-9d0b-5a1c6a0f2f11")
MOODS = range(11)


def tick_activity(
    treatment: Treatment, entry_id: UUID, *, outcome: str, mood: int | None, by: Actor, at: datetime
) -> WorksheetEntry:
    """Say how a planned activity went; `mood` None leaves what was said of it before.

    Raises ValidationError: code "entry" when it is not among her handed-in activities, "outcome", "mood", "begun" when
    she has begun to change it elsewhere, which a tick must not throw away.
    """
    if outcome not in OUTCOMES:
        raise ValidationError(_("Choose how it went."), code="outcome")
    if mood is not None and mood not in MOODS:
        raise ValidationError(_("Choose a mood from 0 to 10."), code="mood")
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        entry = planned(treatment).filter(pk=entry_id).first()
        if entry is None:
            raise ValidationError(_("The activity is not there any more."), code="entry")
        if unfinished(entry) is not None:
            raise ValidationError(
                _("You have begun to change this activity. Finish that first, then tick it off."),
                code="begun",
            )
        values = {**entry.values, "outcome": outcome}
        if mood is not None:
            values["actual_mood"] = mood
        return hand_in_entry(treatment, place_of(entry), values, client_key=entry.client_key, by=by, at=at)


def copy_day(
    treatment: Treatment, place: Place, *, day: date, to: date, by: Actor, at: datetime
) -> list[WorksheetEntry]:
    """Plan the same activities on another day, at the same times.

    The same copy twice is made once: one that is there already stays as she has left it.

    Raises ValidationError: code "day" when nothing is planned on that day, or both are the same day.
    """
    if day == to:
        raise ValidationError(_("Choose another day to copy to."), code="day")
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        found = [entry for entry in planned(treatment) if day_of(entry) == day]
        if not found:
            raise ValidationError(_("Nothing is planned on that day."), code="day")
        keys = {entry.pk: uuid5(COPIES, f"{entry.pk} {to.isoformat()}") for entry in found}
        rows = WorksheetEntry.objects.filter(treatment=treatment, client_key__in=keys.values())
        made = {entry.client_key: entry for entry in rows}
        return [
            made.get(keys[entry.pk])
            or hand_in_entry(treatment, place, copied(entry, to), client_key=keys[entry.pk], by=by, at=at)
            for entry in found
        ]


def planned(treatment: Treatment) -> QuerySet[WorksheetEntry]:
    """Her handed-in activities."""
    return WorksheetEntry.objects.filter(
        treatment=treatment, exercise=SCHEDULE, state=WorksheetEntry.State.HANDED_IN
    ).order_by("created_at", "id")


def place_of(entry: WorksheetEntry) -> Place:
    return Place(entry.module_key, entry.step_key, entry.exercise, entry.definition_hash)


def moment_of(entry: WorksheetEntry) -> datetime | None:
    """When an activity is planned, as it was written."""
    written = entry.values.get("planned_at") if isinstance(entry.values, Mapping) else None
    try:
        return datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        return None


def day_of(entry: WorksheetEntry) -> date | None:
    moment = moment_of(entry)
    return moment.date() if moment is not None else None


def copied(entry: WorksheetEntry, to: date) -> dict[str, object]:
    """The same activity on another day, not yet done."""
    moment = moment_of(entry)
    kept = {name: value for name, value in entry.values.items() if name not in OF_THAT_DAY}
    return {
        **kept,
        "planned_at": f"{to.isoformat()}T{moment:%H:%M}" if moment else entry.values["planned_at"],
    }
