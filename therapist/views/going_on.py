"""From one patient straight to the next who waits, in the same act as the answer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import Cared
from therapist.caseload import next_in_need


def go_on(request: HttpRequest, cared: Cared) -> HttpResponse | None:
    """To the page where one acts on the next patient's first reason, when the form asks for it and somebody waits."""
    if request.POST.get("then") != "next":
        return None
    found = next_in_need(cared.staff, after=cared.treatment.pk, by=cared.actor, at=clock.now())
    if found is None or found.reason is None:
        return None
    words = _("Sent to %(name)s. This is the next who needs you: %(next)s.")
    messages.success(request, words % {"name": cared.treatment.patient.name, "next": found.name})
    return redirect(found.reason.url)
