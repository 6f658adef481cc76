"""Her own curve."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.pages.curve import curves
from ikbt.treatments.pages.frame import frame


@MY_TREATMENT("GET")
def curve(request: HttpRequest, mine: Mine) -> HttpResponse:
    """One graph for each questionnaire, with its table."""
    drawn = curves(mine, language=(get_language() or "sv")[:2], at=clock.now())
    return render(request, "treatments/curve.html", {**frame(request, mine), "curves": drawn})
