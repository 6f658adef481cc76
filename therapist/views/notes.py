"""Working notes about a patient: read, written, corrected beside what was written first."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.messaging import draft_of
from ikbt.treatments.models import Note
from ikbt.treatments.noting import note_purpose, write_note
from therapist.access import MY_PATIENTS_NOTE, CaredNote
from therapist.drafting import keep_refused
from therapist.frame import is_emergency, patient_frame
from therapist.note_page import note_lines
from therapist.notes_form import NoteForm


@MY_PATIENTS_TREATMENT("GET", "POST")
def notes(request: HttpRequest, cared: Cared) -> HttpResponse:
    """All notes, the newest first, and the form for a new one."""
    purpose = note_purpose()
    if request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid() and _write(request, cared, form):
            return redirect("therapist:notes", treatment_id=cared.treatment.pk)
        keep_refused(form, cared, purpose, at=clock.now())
    else:
        draft = draft_of(cared.treatment, purpose, author=cared.staff)
        form = NoteForm.begun(draft, written_for=cared.treatment.pk)
    context = {
        **patient_frame(request, cared, here=_("Notes")),
        "form": form,
        "purpose": purpose,
        "notes": note_lines(cared.treatment),
        "may_write": not is_emergency(cared),
    }
    return render(request, "therapist/notes.html", context)


@MY_PATIENTS_NOTE("GET", "POST")
def correct(request: HttpRequest, cared: CaredNote) -> HttpResponse:
    """A note with its words ready to be corrected; the first words stay."""
    purpose = note_purpose(cared.note)
    if request.method == "POST":
        form = NoteForm(request.POST)
        if form.is_valid() and _write(request, cared, form, corrects=cared.note):
            return redirect("therapist:notes", treatment_id=cared.treatment.pk)
        keep_refused(form, cared, purpose, at=clock.now())
    else:
        draft = draft_of(cared.treatment, purpose, author=cared.staff)
        form = NoteForm.begun(draft, written_for=cared.treatment.pk)
        if draft is None:
            form.initial["body"] = cared.note.body
    frame = patient_frame(request, cared, here=_("Correct the note"))
    context = {**frame, "form": form, "purpose": purpose, "note": cared.note}
    return render(request, "therapist/correct_note.html", context)


def _write(request: HttpRequest, cared: Cared, form: NoteForm, *, corrects: Note | None = None) -> bool:
    done = form.carries(
        lambda: write_note(
            cared.treatment,
            form.cleaned_data["body"],
            author=cared.staff,
            client_key=form.cleaned_data["client_key"],
            by=cared.actor,
            at=clock.now(),
            corrects=corrects,
        )
    )
    if done:
        messages.success(request, _("The note is saved."))
    return done
