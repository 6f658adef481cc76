"""A unit's settings: what holds and who signed it; each change is signed with a fresh second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.models import SettingChange
from ikbt.treatments.signing_settings import sign_fields, sign_thresholds
from therapist.forms import RuleForm
from therapist.unit.access import A_MANAGED_UNIT, A_MANAGERS_UNITS, AtUnit
from therapist.unit.frame import unit_frame
from therapist.unit.settings import read_settings
from therapist.unit.settings_forms import HoursForm, NumbersForm, ThresholdsForm


@A_MANAGERS_UNITS("GET")
def settings(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """All of it, with the history."""
    context = {**unit_frame(request, desk), "units": read_settings(desk)}
    return render(request, "therapist/unit/settings.html", context)


@A_MANAGED_UNIT("GET", "POST")
@fresh()
def thresholds(request: HttpRequest, at: AtUnit) -> HttpResponse:
    """The clinical numbers."""
    form = ThresholdsForm(request.POST or None, unit=at.unit)

    def sign(reason: str) -> list[SettingChange]:
        return sign_thresholds(at.unit, form.numbers(), reason=reason, by=at.actor, at=clock.now())

    return _signed(request, at, form, sign, template="thresholds")


@A_MANAGED_UNIT("GET", "POST")
@fresh()
def hours(request: HttpRequest, at: AtUnit) -> HttpResponse:
    """Opening hours and closed days."""
    form = HoursForm(request.POST or None, unit=at.unit)
    return _signed(request, at, form, lambda reason: _sign(at, form.said(), reason), template="hours")


@A_MANAGED_UNIT("GET", "POST")
@fresh()
def numbers(request: HttpRequest, at: AtUnit) -> HttpResponse:
    """Whom patients call."""
    form = NumbersForm(request.POST or None, unit=at.unit)
    return _signed(request, at, form, lambda reason: _sign(at, form.said(), reason), template="numbers")


def _sign(at: AtUnit, said: dict[str, Any], reason: str) -> list[SettingChange]:
    return sign_fields(at.unit, said, reason=reason, by=at.actor, at=clock.now())


def _signed(
    request: HttpRequest,
    at: AtUnit,
    form: RuleForm,
    sign: Callable[[str], list[SettingChange]],
    *,
    template: str,
) -> HttpResponse:
    if form.is_valid():
        try:
            changed = sign(form.cleaned_data["reason"])
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = _("The change is signed and holds from now on.") if changed else _("Nothing was changed.")
            messages.success(request, told)
            return redirect("unit:settings")
    context = {**unit_frame(request, at), "unit": at.unit, "form": form}
    return render(request, f"therapist/unit/{template}.html", context)
