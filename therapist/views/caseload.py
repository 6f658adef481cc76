"""The list, and the same rows alone for a live refresh."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from ikbt.treatments.access import THE_DESK, Desk
from therapist.caseload import Shown, colleagues_alerts, read_caseload
from therapist.frame import desk_frame


@THE_DESK("GET")
def caseload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole page."""
    names = list(CareUnit.objects.filter(pk__in=desk.units).values_list("name", flat=True))
    frame = desk_frame(request, desk.staff, unit_name=", ".join(names))
    return render(request, "therapist/caseload.html", {**frame, **_list(request, desk)})


@THE_DESK("GET")
def rows(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What changes while the page is open."""
    return render(request, "therapist/_caseload.html", _list(request, desk))


def _list(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    at, asked = clock.now(), request.GET.get("visa", "")
    shown = Shown(asked) if asked in list(Shown) else Shown.ALL
    return {
        "caseload": read_caseload(desk.staff, shown=shown, by=desk.actor, at=at),
        "colleagues": colleagues_alerts(desk.staff, desk.units, at),
        "at": at,
    }
