"""Notes as the desk shows them: what stands, with its earlier words folded below."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from ikbt.treatments.models import CarePlan, Note, Treatment


@dataclass(frozen=True)
class NoteLine:
    """A note that stands, and what it has corrected, the newest first."""

    note: Note
    earlier: list[Note]


def note_lines(treatment: Treatment) -> list[NoteLine]:
    """Every note of a treatment, the newest on top; one query."""
    rows = Note.objects.filter(treatment=treatment).select_related("author")
    notes = list(rows.defer("author__personal_number").order_by("-written_at", "-id"))
    by_key = {note.pk: note for note in notes}
    corrected = {note.corrects_id for note in notes}
    return [NoteLine(note, _earlier(note, by_key)) for note in notes if note.pk not in corrected]


def _earlier(note: Note, by_key: Mapping[UUID, Note]) -> list[Note]:
    found = []
    while note.corrects_id is not None:
        note = by_key[note.corrects_id]
        found.append(note)
    return found


def plans_of(treatment: Treatment) -> list[CarePlan]:
    """Every plan as it was written, the newest first."""
    return list(CarePlan.objects.filter(treatment=treatment).newest_first())
