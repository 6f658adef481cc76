"""The forecast of who may need more support: read, signed and withdrawn by the unit's manager."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.early_warning.purpose import PURPOSE
from ikbt.treatments.early_warning.signing import sign_purpose, withdraw_purpose
from therapist.unit.access import A_MANAGERS_UNITS
from therapist.unit.forecast import newest, read_forecast
from therapist.unit.frame import unit_frame


@A_MANAGERS_UNITS("GET", "POST")
@fresh()
def forecast(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """How often it has been right, what it is for, and whether a unit shows it."""
    if request.method == "POST" and request.POST.get("unit"):
        _decide(request, desk)
    if request.method == "POST":
        return redirect("unit:forecast")
    context = {**unit_frame(request, desk), "page": read_forecast(desk), "purpose": PURPOSE}
    return render(request, "therapist/unit/forecast.html", context)


def _decide(request: HttpRequest, desk: AtUnits) -> None:
    units = {str(unit.pk): unit for unit in CareUnit.objects.filter(pk__in=desk.units)}
    unit = units.get(request.POST.get("unit", ""))
    if unit is None:
        raise Http404
    at = clock.now()
    if request.POST.get("act") == "withdraw":
        withdraw_purpose(unit, signer=desk.person, by=desk.actor, at=at)
        messages.success(request, _("The forecast is shown no more at the unit."))
        return
    latest = newest()
    if latest is None or str(latest.pk) != request.POST.get("forecast", ""):
        messages.error(request, _("There is a newer forecast. Read it before you sign."))
        return
    try:
        sign_purpose(unit, latest, signer=desk.person, by=desk.actor, at=at)
    except ValidationError as why:
        messages.error(request, why.messages[0])
    else:
        messages.success(request, _("Signed. The forecast is shown to those who treat the unit's patients."))
