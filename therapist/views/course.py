"""The course of a treatment: its state, its past, and what may be done with it now."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from therapist.course_acts import ACTS
from therapist.course_forms import CourseForm
from therapist.course_page import course_page
from therapist.frame import patient_frame


@MY_PATIENTS_TREATMENT("GET")
def course(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Where it stands."""
    return _page(request, cared)


@MY_PATIENTS_TREATMENT("POST")
def change(request: HttpRequest, cared: Cared, act: str) -> HttpResponse:
    """Do one thing with it; a refusal shows the page again with what was typed."""
    chosen, at = ACTS.get(act), clock.now()
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST, prefix=act, treatment=cared.treatment, at=at)
    if form.is_valid() and form.carries(lambda: chosen.run(cared, form, at)):
        messages.success(request, _(chosen.done))
        return redirect("therapist:course", treatment_id=cared.treatment.pk)
    return _page(request, cared, {act: form})


def _page(request: HttpRequest, cared: Cared, bound: dict[str, CourseForm] | None = None) -> HttpResponse:
    if bound:
        # Somebody else may have moved it meanwhile.
        cared.treatment.refresh_from_db(fields=["state", "ends_on", "ended_at", "end_reason"])
    context = {
        **patient_frame(request, cared, here=_("Course of the treatment")),
        **course_page(cared, at=clock.now(), bound=bound),
        "refused_form": next(iter((bound or {}).values()), None),
    }
    return render(request, "therapist/course.html", context, status=422 if bound else 200)
