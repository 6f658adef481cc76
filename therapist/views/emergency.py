"""Emergency access: the form that opens one patient for an hour, and ending it before."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.access import EMERGENCY_DESK, MY_PATIENTS_ACUTELY, Cared, Desk
from ikbt.treatments.emergency import end_emergency
from therapist.emergency_form import EmergencyForm
from therapist.frame import desk_frame, is_emergency
from therapist.opening import open_what_is_meant


@EMERGENCY_DESK("GET", "POST")
@fresh()
def emergency(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Whom, why; then her page."""
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            opened = open_what_is_meant(
                form.cleaned_data["who"], form.given, desk=desk, confirmed=True, at=clock.now()
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            return redirect("therapist:patient", treatment_id=opened)
    names = list(CareUnit.objects.filter(pk__in=desk.units).values_list("name", flat=True))
    frame = desk_frame(request, desk.staff, unit_name=", ".join(names))
    return render(request, "therapist/emergency.html", {**frame, "form": form})


@MY_PATIENTS_ACUTELY("POST")
def end(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Done before the hour is over."""
    if not is_emergency(cared):
        raise Http404
    end_emergency(cared.relation, by=cared.actor, at=clock.now())
    messages.success(request, _("The emergency access has ended."))
    return redirect("therapist:emergency")
