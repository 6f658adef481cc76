"""One exercise of a patient's over weeks, entry beside entry."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.common import clock
from therapist import wording
from therapist.access import MY_PATIENTS_EXERCISE, CaredExercise
from therapist.frame import patient_frame
from therapist.side_by_side import side_by_side


@MY_PATIENTS_EXERCISE("GET")
def exercise(request: HttpRequest, cared: CaredExercise) -> HttpResponse:
    """Fields as rows, entries as columns, the newest first."""
    page = side_by_side(
        cared.treatment,
        cared.entries,
        period=request.GET.get("veckor", ""),
        language=wording.language(),
        at=clock.now(),
    )
    return render(
        request,
        "therapist/side_by_side.html",
        {**patient_frame(request, cared, here=str(page["title"])), **page},
    )
