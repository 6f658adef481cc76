"""The desk's keys, and the switch that turns them off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.preferring import use_single_keys
from ikbt.treatments.access import THE_DESK, Desk
from therapist.frame import desk_frame


@THE_DESK("GET", "POST")
def keys(request: HttpRequest, desk: Desk) -> HttpResponse:
    """What each key does; a POST turns them on or off."""
    if request.method == "POST":
        wanted = request.POST.get("keys") == "on"
        use_single_keys(desk.staff, wanted=wanted, by=desk.actor)
        messages.success(request, _("The shortcuts are on.") if wanted else _("The shortcuts are off."))
        return redirect("therapist:keys")
    frame = desk_frame(request, desk.staff, unit_name=", ".join(desk.names), held=desk.held)
    return render(request, "therapist/keys.html", frame)
