"""The off switch: what is done by rule at the unit, and a manager's way to stop it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.common import clock
from ikbt.treatments.switching import switch_rule
from therapist.unit.access import A_MANAGERS_UNITS
from therapist.unit.automations import ALL, SwitchForm, read_automations
from therapist.unit.frame import unit_frame


@A_MANAGERS_UNITS("GET", "POST")
def automations(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """The rules, the switch, and what was done. No second proof is asked for: stopping must be quick."""
    form = SwitchForm(request.POST or None, desk=desk)
    if form.is_valid() and _switch(request, form, desk):
        return redirect("unit:automations")
    context = {**unit_frame(request, desk), "page": read_automations(desk), "form": form}
    return render(request, "therapist/unit/automations.html", context)


def _switch(request: HttpRequest, form: SwitchForm, desk: AtUnits) -> bool:
    said = form.cleaned_data
    rule, is_off = "" if said["rule"] == ALL else said["rule"], said["turn"] == "off"
    try:
        done = switch_rule(
            rule, unit=said["unit"], is_off=is_off, reason=said["reason"], by=desk.actor, at=clock.now()
        )
    except ValidationError as why:
        form.refuse(why)
        return False
    if done is None:
        messages.info(request, _("It stands so already."))
    else:
        messages.success(
            request,
            _("Switched off. Nothing more is sent or done by it.") if is_off else _("Switched on again."),
        )
    return True
