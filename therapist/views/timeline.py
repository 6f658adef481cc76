"""The whole timeline of a treatment, narrowed by kind and period."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from therapist.frame import patient_frame
from therapist.timeline_page import timeline_page


@MY_PATIENTS_TREATMENT("GET")
def timeline(request: HttpRequest, cared: Cared) -> HttpResponse:
    """The newest on top."""
    kind, period = request.GET.get("typ", ""), request.GET.get("period", "")
    context = {
        **patient_frame(request, cared, here=_("Timeline")),
        **timeline_page(cared.treatment, kind=kind, period=period, at=clock.now()),
    }
    return render(request, "therapist/timeline.html", context)
