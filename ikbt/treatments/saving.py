"""Saves exercise work: drafts while typing, never losing a text, and handed-in entries with their history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import EntryVersion, Treatment, WorksheetEntry

Values = dict[str, object]


@dataclass(frozen=True)
class Place:
    """Where in the program an entry belongs, and the definition it follows."""

    module_key: str
    step_key: str
    exercise: str
    definition_hash: str


@dataclass(frozen=True)
class Saved:
    """The stored entry; `conflict` holds the other text when the page saved from an old revision."""

    entry: WorksheetEntry
    conflict: Values | None = None


def save_draft(
    treatment: Treatment, place: Place, values: Values, *, client_key: UUID, revision: int, by: Actor, at: datetime
) -> Saved:
    """Keep what is typed, valid or not.

    `revision` is the number the page started from. When the stored entry has moved on (another tab or device), nothing
    is overwritten: the newcomer's text is kept as an earlier version and returned as `conflict`. Raises
    ValidationError when the treatment no longer takes work.
    """
    with transaction.atomic():
        _lock_running(treatment)
        entry = _entry(treatment, place, client_key, at)
        if entry.revision != revision and entry.values != values:
            EntryVersion.objects.create(entry=entry, values=values, revision=revision, kept_at=at, why="conflict")
            return Saved(entry, conflict=values)
        if entry.values != values or entry._state.adding:
            _keep_handed_in(entry, at)
            entry.values, entry.revision, entry.saved_at = values, entry.revision + 1, at
            entry.save()
            _touch(treatment, at)
            _log(entry, by, "draft")
    return Saved(entry)


def hand_in_entry(
    treatment: Treatment, place: Place, values: Values, *, client_key: UUID, by: Actor, at: datetime
) -> WorksheetEntry:
    """Hand in checked values; the same client key twice gives the same one entry.

    The caller has validated `values` against the definition. Raises ValidationError when the treatment is not running.
    """
    with transaction.atomic():
        _lock_running(treatment)
        entry = _entry(treatment, place, client_key, at)
        repeated = entry.state == WorksheetEntry.State.HANDED_IN and entry.values == values
        if repeated:
            return entry
        _keep_handed_in(entry, at)
        entry.values, entry.revision, entry.saved_at = values, entry.revision + 1, at
        entry.state, entry.handed_in_at = WorksheetEntry.State.HANDED_IN, at
        entry.save()
        _touch(treatment, at)
        _log(entry, by, "handed in")
    return entry


def _lock_running(treatment: Treatment) -> None:
    locked = Treatment.objects.select_for_update().only("state").get(pk=treatment.pk)
    if not locked.is_running:
        raise ValidationError(_("The treatment has ended: nothing more can be saved. Copy your text if you want it."))


def _entry(treatment: Treatment, place: Place, client_key: UUID, at: datetime) -> WorksheetEntry:
    standing = WorksheetEntry.objects.filter(treatment=treatment, client_key=client_key).first()
    return standing or WorksheetEntry(
        treatment=treatment,
        module_key=place.module_key,
        step_key=place.step_key,
        exercise=place.exercise,
        definition_hash=place.definition_hash,
        values={},
        client_key=client_key,
        created_at=at,
        saved_at=at,
    )


def _keep_handed_in(entry: WorksheetEntry, at: datetime) -> None:
    # Handed-in work is part of the record (patientdatalagen 3:14): a change keeps what stood before.
    if entry.state == WorksheetEntry.State.HANDED_IN and not entry._state.adding:
        EntryVersion.objects.create(
            entry=entry, values=entry.values, revision=entry.revision, kept_at=at, why="changed"
        )


def _touch(treatment: Treatment, at: datetime) -> None:
    Treatment.objects.filter(pk=treatment.pk).update(last_active_at=at)


def _log(entry: WorksheetEntry, by: Actor, what: str) -> None:
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="worksheet entry",
        object_id=entry.pk,
        patient=entry.treatment.patient_id,
        relation="own",
        reason=what,
    )
