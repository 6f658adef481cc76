"""The list, and the same rows alone for a live refresh."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ikbt.accounts.roles import MAY, Act, Role
from ikbt.common import clock
from ikbt.treatments.access import THE_DESK, Desk
from therapist.caseload import colleagues_alerts, read_caseload
from therapist.choosing import choice_of
from therapist.choosing_in_words import kinds, views
from therapist.frame import desk_frame


@THE_DESK("GET")
def caseload(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The whole page."""
    frame = desk_frame(request, desk.staff, unit_name=", ".join(desk.names), held=desk.held)
    return render(request, "therapist/caseload.html", {**frame, **_list(request, desk)})


@THE_DESK("GET")
def rows(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What changes while the page is open."""
    return render(request, "therapist/_caseload.html", _list(request, desk))


def _list(request: HttpRequest, desk: Desk) -> dict[str, Any]:
    at, choice = clock.now(), choice_of(request.GET.dict())
    caseload = read_caseload(desk.staff, choice=choice, by=desk.actor, at=at)
    colleagues = colleagues_alerts(desk.staff, desk.units, at)
    return {
        "caseload": caseload,
        "colleagues": colleagues,
        # Who may not open the patient may still see to that somebody acts.
        "queue_url": reverse("unit:queue") if _keeps_queue(desk) else "",
        "views": views(caseload.counts, choice.shown, colleagues=len(colleagues)),
        "kinds": kinds(choice.urgency),
        "at": at,
    }


def _keeps_queue(desk: Desk) -> bool:
    return any(Act.KEEP_QUEUE in MAY[Role(role)] for role, _unit in desk.held)
