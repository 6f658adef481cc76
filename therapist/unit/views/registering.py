"""A patient whom nobody has registered yet: her name and address, and the link that is shown once."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ikbt.accounts.access import AtUnits
from ikbt.accounts.registering_patients import Newcomer, register_patient
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from therapist.unit.access import A_NEW_PATIENT
from therapist.unit.frame import unit_frame
from therapist.unit.staff import units_of
from therapist.unit.start_forms import PatientForm


@A_NEW_PATIENT("GET", "POST")
@fresh()
def patient(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Enter her; what is refused keeps what was typed."""
    form = PatientForm(request.POST or None, units=units_of(desk))
    context = {**unit_frame(request, desk), "form": form}
    if form.is_valid():
        said = form.cleaned_data
        newcomer = Newcomer(
            said["number"], said["first_name"], said["last_name"], said["email"], said["phone"]
        )
        try:
            added = register_patient(newcomer, unit=form.unit_meant, by=desk.actor, at=clock.now())
        except ValidationError as refused:
            form.refuse(refused)
        else:
            link = reverse("accounts:choose_password", kwargs={"token": added.token})
            shown = {"patient": added.person, "link": request.build_absolute_uri(link)}
            return render(request, "therapist/unit/patient_invited.html", {**context, **shown})
    return render(request, "therapist/unit/register_patient.html", context)
