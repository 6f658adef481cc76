"""The coordinator's queue."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ikbt.accounts.access import AtUnits
from ikbt.common import clock
from therapist.unit.access import UNIT_QUEUE
from therapist.unit.frame import unit_frame
from therapist.unit.queue import read_queue


@UNIT_QUEUE("GET")
def queue(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Who at the unit waits for somebody."""
    context = {**unit_frame(request, desk), "queue": read_queue(desk, at=clock.now()), "at": clock.now()}
    return render(request, "therapist/unit/queue.html", context)
