"""Moving a patient to a later version of her program: what it means step by step, then the therapist's decision."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.moving import Preview, later_version, move_treatment, preview
from therapist.frame import is_emergency, patient_frame
from therapist.version_form import MoveForm


@MY_PATIENTS_TREATMENT("GET", "POST")
def version(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Show what would happen to each answer; move her when the therapist says so and why."""
    later = later_version(cared.treatment)
    shown = preview(cared.treatment, later) if later else None
    form = MoveForm(request.POST or None, modules=shown.modules if shown else [])
    if request.method == "POST" and _moved(request, cared, shown, form):
        return redirect("therapist:patient", treatment_id=cared.treatment.pk)
    context = {
        **patient_frame(request, cared, here=_("Version of the program")),
        "now": cared.treatment.version,
        "shown": shown,
        "form": form,
        "may_move": shown is not None and cared.treatment.is_running and not is_emergency(cared),
    }
    status = 422 if request.method == "POST" and form.errors else 200
    return render(request, "therapist/version.html", context, status=status)


def _moved(request: HttpRequest, cared: Cared, shown: Preview | None, form: MoveForm) -> bool:
    if shown is None:
        messages.error(request, _("There is no later version to move to."))
        return False
    if not form.is_valid() or not _move(cared, shown, form):
        return False
    done = _("The patient goes on by version %(number)s.") % {"number": shown.version.number}
    messages.success(request, done)
    return True


def _move(cared: Cared, shown: Preview, form: MoveForm) -> bool:
    if form.cleaned_data["to"] != shown.version.number:
        form.add_error(None, _("The unit has changed to another version meanwhile. Look at it again."))
        return False
    try:
        move_treatment(
            cared.treatment,
            shown.version,
            modules=form.cleaned_data["modules"],
            reason=form.cleaned_data["reason"],
            moved_by=cared.staff,
            by=cared.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        form.add_error("reason" if refused.code == "reason" else None, refused.messages)
        return False
    return True
