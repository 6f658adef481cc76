"""Registering that a patient has died, in two steps, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.dying import record_death, take_back_death
from therapist.death_form import DeathForm
from therapist.forms import RuleForm
from therapist.frame import is_emergency, patient_frame


@MY_PATIENTS_TREATMENT("GET", "POST")
def death(request: HttpRequest, cared: Cared) -> HttpResponse:
    """A day; then what it leads to, and the same day once more."""
    form, at, asks = DeathForm(request.POST or None), clock.now(), False
    if form.is_valid():
        day = form.cleaned_data["died_on"]
        asks = not form.is_confirmed
        if not asks and form.carries(
            lambda: record_death(cared.treatment, died_on=day, by=cared.actor, at=at)
        ):
            messages.success(
                request, _("It is registered. Nothing more is sent, and the treatments have ended.")
            )
            return redirect("therapist:patient", treatment_id=cared.treatment.pk)
    return _page(request, cared, form, asks=asks)


@MY_PATIENTS_TREATMENT("POST")
def take_back(request: HttpRequest, cared: Cared) -> HttpResponse:
    """It was a mistake."""
    form, at = RuleForm(request.POST), clock.now()
    if form.is_valid() and form.carries(lambda: take_back_death(cared.treatment, by=cared.actor, at=at)):
        messages.success(
            request, _("It is taken back. Take the treatment up again on the page about its course.")
        )
        return redirect("therapist:course", treatment_id=cared.treatment.pk)
    return _page(request, cared, form, asks=False)


def _page(request: HttpRequest, cared: Cared, form: RuleForm, *, asks: bool) -> HttpResponse:
    context = {
        **patient_frame(request, cared, here=_("Register a death")),
        "form": form,
        "asks": asks,
        "deceased_on": cared.treatment.patient.deceased_on,
        "may_change": not is_emergency(cared),
    }
    status = 422 if form.errors else 200
    return render(request, "therapist/death.html", context, status=status)
