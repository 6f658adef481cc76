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
from ikbt.treatments.flagging import flag_entry
from ikbt.treatments.models import EntryVersion, ModuleProgress, Treatment, WorksheetEntry

Values = dict[str, object]
# Why an earlier version is kept.
CHANGED, CONFLICT, UNFINISHED = "changed", "conflict", "unfinished"


@dataclass(frozen=True)
class Place:
    """Where in the program an entry belongs, and the definition it follows."""

    module_key: str
    step_key: str
    exercise: str
    definition_hash: str


@dataclass(frozen=True)
class Saved:
    """The stored entry and the number to save from next; `conflict` says that `standing`, another text, stood there.

    Then nothing was overwritten: both texts are kept as earlier versions.
    """

    entry: WorksheetEntry
    revision: int
    conflict: bool = False
    standing: Values | None = None


class Conflict(ValidationError):
    """Hand-in from an old revision: `entry` has moved on in another tab or on another device."""

    def __init__(self, entry: WorksheetEntry) -> None:
        super().__init__(
            _("The text was changed in another window or on another device. Both texts are kept: see below."),
            code="conflict",
        )
        self.entry = entry


def save_draft(
    treatment: Treatment,
    place: Place,
    values: Values,
    *,
    client_key: UUID,
    revision: int,
    by: Actor,
    at: datetime,
) -> Saved:
    """Keep what is typed, valid or not; work that is handed in stays as it was until it is handed in again.

    `revision` is the number the page started from. When the stored entry has moved on (another tab or device), nothing
    is overwritten: both texts are kept as earlier versions. Raises ValidationError when the treatment no longer takes
    work or the key belongs to another step.
    """
    with transaction.atomic():
        _lock_running(treatment)
        entry = _entry(treatment, place, client_key, at)
        standing = unfinished(entry) if entry.state == WorksheetEntry.State.HANDED_IN else None
        kept, number = (standing.values, standing.revision) if standing else (entry.values, entry.revision)
        if kept == values and not entry._state.adding:
            return Saved(entry, number)
        if number != revision:
            _keep_both(entry, kept, values, revision=number, at=at)
            return Saved(entry, number, conflict=True, standing=kept)
        if entry.state == WorksheetEntry.State.HANDED_IN:
            _keep_unfinished(entry, standing, values, revision=number + 1, at=at)
        else:
            entry.values, entry.revision, entry.saved_at = values, number + 1, at
            entry.save()
        _touch(treatment, place, at)
        _log(entry, by, "draft")
    return Saved(entry, number + 1)


def hand_in_entry(
    treatment: Treatment,
    place: Place,
    values: Values,
    *,
    client_key: UUID,
    by: Actor,
    at: datetime,
    revision: int | None = None,
) -> WorksheetEntry:
    """Hand in checked values; the same client key twice gives the same one entry.

    The caller has validated `values` against the definition. With `revision`, the number the page started from, work
    that has moved on elsewhere raises Conflict and nothing is overwritten. Raises ValidationError when the treatment
    is not running or the key belongs to another step.
    """
    with transaction.atomic():
        _lock_running(treatment)
        entry = _entry(treatment, place, client_key, at)
        handed_in = entry.state == WorksheetEntry.State.HANDED_IN
        if handed_in and entry.values == values:
            _forget_unfinished(entry)
            return entry
        standing = unfinished(entry) if handed_in else None
        kept, number = (standing.values, standing.revision) if standing else (entry.values, entry.revision)
        if revision is not None and revision != number and kept != values:
            raise Conflict(entry)
        _keep_handed_in(entry, at)
        _forget_unfinished(entry)
        entry.values, entry.revision, entry.saved_at = values, number + 1, at
        entry.state, entry.handed_in_at = WorksheetEntry.State.HANDED_IN, at
        entry.save()
        _touch(treatment, place, at)
        _log(entry, by, "handed in")
        flag_entry(treatment, entry, by=by, at=at)
    return entry


def unfinished(entry: WorksheetEntry) -> EntryVersion | None:
    """A change to handed-in work that has not been handed in itself."""
    return None if entry._state.adding else entry.versions.filter(why=UNFINISHED).first()


def _keep_unfinished(
    entry: WorksheetEntry, standing: EntryVersion | None, values: Values, *, revision: int, at: datetime
) -> None:
    row = standing or EntryVersion(entry=entry, why=UNFINISHED)
    row.values, row.revision, row.kept_at = values, revision, at
    row.save()


def _forget_unfinished(entry: WorksheetEntry) -> None:
    # Only ever a draft: what was handed in is kept under "changed".
    if not entry._state.adding:
        entry.versions.filter(why=UNFINISHED).delete()


def _keep_both(
    entry: WorksheetEntry, standing: Values, newcomer: Values, *, revision: int, at: datetime
) -> None:
    known = [version.values for version in entry.versions.filter(why=CONFLICT)]
    EntryVersion.objects.bulk_create(
        EntryVersion(entry=entry, values=values, revision=revision, kept_at=at, why=CONFLICT)
        for values in (standing, newcomer)
        if values and values not in known
    )


def _lock_running(treatment: Treatment) -> None:
    locked = Treatment.objects.select_for_update().only("state").get(pk=treatment.pk)
    if not locked.may_practise:
        raise ValidationError(
            _("The treatment has ended: nothing more can be saved. Copy your text if you want it.")
        )


def _entry(treatment: Treatment, place: Place, client_key: UUID, at: datetime) -> WorksheetEntry:
    standing = WorksheetEntry.objects.filter(treatment=treatment, client_key=client_key).first()
    if standing is not None and standing.step_key != place.step_key:
        raise ValidationError(
            _("This page is out of date. Copy your text, reload the page and paste it."), code="key"
        )
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
            entry=entry, values=entry.values, revision=entry.revision, kept_at=at, why=CHANGED
        )


def _touch(treatment: Treatment, place: Place, at: datetime) -> None:
    # Where she was at last, so that the start page leads back to it.
    ModuleProgress.objects.filter(treatment=treatment, module_key=place.module_key).update(
        last_step=place.step_key
    )
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
