"""Active time: a beat from a page about a patient, and the therapist's own page about it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, THE_DESK, Cared, Desk
from ikbt.treatments.counting_time import count_active
from therapist.active_minutes import my_time
from therapist.frame import desk_frame

LONGEST_NUMBER = 4


@MY_PATIENTS_TREATMENT("POST")
def beat(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Seconds in which she worked on the page."""
    said = request.POST.get("seconds", "")
    if not (said.isascii() and said.isdigit()) or len(said) > LONGEST_NUMBER:
        raise Http404
    count_active(cared.treatment, staff=cared.staff, seconds=int(said), at=clock.now())
    return HttpResponse(status=204)


@THE_DESK("GET")
def mine(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What is counted, and how; hers and her units' medians."""
    context = {
        **desk_frame(request, desk.staff, unit_name=", ".join(desk.names), held=desk.held),
        **my_time(desk, at=clock.now()),
    }
    return render(request, "therapist/my_time.html", context)
