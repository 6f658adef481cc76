"""The desk's own doors: an alert and a draft of a patient one has a running care relation to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common.doors import PATIENT, READING, Door
from ikbt.treatments import rules
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared, cared_in_emergency_too
from ikbt.treatments.attachment_access import attachment_of
from ikbt.treatments.models import Alert, Attachment, Note, WorksheetEntry
from measurements.models import Occasion
from therapist.work import handed_in

# How the purpose of a draft of an alert's note begins, see therapist/assessing.py.
OF_ALERT = "alert:"


@dataclass(frozen=True)
class CaredAlert(Cared):
    """Staff at an alert of a patient in their care, open or closed."""

    alert: Alert


@dataclass(frozen=True)
class CaredOccasion(Cared):
    """Staff at one of the occasions of a patient in their care, answered or not; also one withdrawn meanwhile."""

    occasion: Occasion


@dataclass(frozen=True)
class CaredAttachment(Cared):
    """Staff at a file in the conversation with a patient in their care."""

    attachment: Attachment


@dataclass(frozen=True)
class CaredExercise(Cared):
    """Staff at what a patient in their care has handed in of one exercise, newest first."""

    entries: list[WorksheetEntry]


@dataclass(frozen=True)
class CaredNote(Cared):
    """Staff at a note about a patient in their care that nobody has corrected."""

    note: Note


@dataclass(frozen=True)
class CaredDraft(Cared):
    """Staff at something she has begun to write about a patient in her care."""

    purpose: str


def _my_patients_alert(request: HttpRequest, treatment_id: UUID, alert_id: UUID) -> CaredAlert:
    # Taken and closed also by who is here in an emergency: somebody must act, and she is the one who does.
    cared = cared_in_emergency_too(request, treatment_id)
    alert = (
        Alert.objects.filter(treatment=cared.treatment, pk=alert_id)
        .select_related("owner", "taken_by", "closed_by", "occasion__instrument", "occasion__score")
        .first()
    )
    if alert is None:
        raise Http404
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=cared.actor,
            kind="alert",
            object_id=alert.pk,
            patient=cared.treatment.patient_id,
            relation=cared.relation.kind,
        )
    return CaredAlert(cared.treatment, cared.staff, cared.relation, cared.actor, alert=alert)


def _my_patients_note(request: HttpRequest, treatment_id: UUID, note_id: UUID) -> CaredNote:
    cared = MY_PATIENTS_TREATMENT.opens(request, treatment_id=treatment_id)
    note = Note.objects.standing().filter(treatment=cared.treatment, pk=note_id).first()
    if note is None:
        raise Http404
    return CaredNote(cared.treatment, cared.staff, cared.relation, cared.actor, note=note)


def _my_patients_exercise(request: HttpRequest, treatment_id: UUID, exercise: str) -> CaredExercise:
    cared = MY_PATIENTS_TREATMENT.opens(request, treatment_id=treatment_id)
    entries = handed_in(cared.treatment, exercise=exercise)
    if not entries:
        raise Http404
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=cared.actor,
            kind="exercise",
            object_id=exercise,
            patient=cared.treatment.patient_id,
            relation=cared.relation.kind,
        )
    return CaredExercise(cared.treatment, cared.staff, cared.relation, cared.actor, entries=entries)


def _my_patients_occasion(request: HttpRequest, treatment_id: UUID, occasion_id: UUID) -> CaredOccasion:
    cared = MY_PATIENTS_TREATMENT.opens(request, treatment_id=treatment_id)
    rows = Occasion.objects.filter(series=cared.treatment.series_id)
    occasion = rows.select_related("instrument").filter(pk=occasion_id).first()
    if occasion is None:
        raise Http404
    return CaredOccasion(cared.treatment, cared.staff, cared.relation, cared.actor, occasion=occasion)


def _my_patients_attachment(request: HttpRequest, treatment_id: UUID, attachment_id: UUID) -> CaredAttachment:
    cared = MY_PATIENTS_TREATMENT.opens(request, treatment_id=treatment_id)
    relation = cared.relation.kind
    found = attachment_of(request, cared.treatment, attachment_id, by=cared.actor, relation=relation)
    return CaredAttachment(cared.treatment, cared.staff, cared.relation, cared.actor, attachment=found)


def _my_draft(request: HttpRequest, treatment_id: UUID, purpose: str) -> CaredDraft:
    # Whoever may close an alert may begin its note.
    opens = cared_in_emergency_too if purpose.startswith(OF_ALERT) else MY_PATIENTS_TREATMENT.opens
    cared = opens(request, treatment_id=treatment_id)
    return CaredDraft(cared.treatment, cared.staff, cared.relation, cared.actor, purpose=purpose)


MY_PATIENTS_ALERT = Door(
    "my patient's alert",
    PATIENT,
    "staff with a care relation",
    _my_patients_alert,
    takes=("treatment_id", "alert_id"),
    rule=rules.opens_patients,
)
MY_PATIENTS_NOTE = Door(
    "a note about my patient",
    PATIENT,
    "staff with a care relation",
    _my_patients_note,
    takes=("treatment_id", "note_id"),
    rule=rules.opens_or_changes_patients,
)
MY_PATIENTS_EXERCISE = Door(
    "an exercise of my patient's",
    PATIENT,
    "staff with a care relation",
    _my_patients_exercise,
    takes=("treatment_id", "exercise"),
    rule=rules.opens_patients,
)
MY_PATIENTS_OCCASION = Door(
    "my patient's occasion",
    PATIENT,
    "staff with a care relation",
    _my_patients_occasion,
    takes=("treatment_id", "occasion_id"),
    rule=rules.opens_or_changes_patients,
)
MY_PATIENTS_ATTACHMENT = Door(
    "a file in my patient's conversation",
    PATIENT,
    "staff with a care relation",
    _my_patients_attachment,
    takes=("treatment_id", "attachment_id"),
    rule=rules.opens_patients,
)
MY_DRAFT = Door(
    "my draft about a patient",
    PATIENT,
    "staff with a care relation",
    _my_draft,
    takes=("treatment_id", "purpose"),
    rule=rules.opens_or_changes_patients,
)
