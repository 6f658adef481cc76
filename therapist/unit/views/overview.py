"""The manager's first page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.accounts.access import AtUnits
from ikbt.common import clock
from therapist.unit.access import A_MANAGERS_UNITS
from therapist.unit.frame import unit_frame
from therapist.unit.overview import read_overview


@A_MANAGERS_UNITS("GET")
def overview(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """What waits for her, and how the unit stands."""
    context = {**unit_frame(request, desk), "overview": read_overview(desk, at=clock.now())}
    return render(request, "therapist/unit/overview.html", context)
