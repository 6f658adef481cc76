"""The patient page, its live top, and opening the next module from it."""

from __future__ import annotations

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.releasing import open_module
from therapist import overview
from therapist.forms import OpeningForm
from therapist.frame import patient_frame
from therapist.replan_form import ReplanForm


@MY_PATIENTS_TREATMENT("GET")
def patient(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Everything about one patient."""
    return patient_page(request, cared, OpeningForm())


@MY_PATIENTS_TREATMENT("GET")
def standing(request: HttpRequest, cared: Cared) -> HttpResponse:
    """The reasons alone, for a live refresh."""
    at = clock.now()
    course = overview.course_of(cared, at=at)
    context = {"standing": overview.standing(course, at=at), "treatment": cared.treatment}
    return render(request, "therapist/_standing.html", context)


@MY_PATIENTS_TREATMENT("POST")
def open_next(request: HttpRequest, cared: Cared, module_key: str) -> HttpResponse:
    """Open a module, ahead of its rule with a reason; a refusal shows the page again with what was typed."""
    form = OpeningForm(request.POST)
    if form.is_valid() and form.carries(
        lambda: open_module(
            cared.treatment,
            module_key,
            opened_by=cared.staff,
            reason=form.cleaned_data["reason"],
            by=cared.actor,
            at=clock.now(),
        )
    ):
        name = cared.treatment.patient.name
        messages.success(request, _("The module is open for %(name)s.") % {"name": name})
        return redirect("therapist:patient", treatment_id=cared.treatment.pk)
    return patient_page(request, cared, form)


def patient_page(
    request: HttpRequest,
    cared: Cared,
    form: OpeningForm,
    *,
    replanned: Mapping[str, ReplanForm] | None = None,
    **more: object,
) -> HttpResponse:
    """The whole page, with the forms as they were posted."""
    page = overview.read_overview(cared, at=clock.now(), replanned=replanned)
    context = {**patient_frame(request, cared), **page, "form": form, **more}
    return render(request, "therapist/patient.html", context)
