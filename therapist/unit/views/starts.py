"""Starts at the unit: what is prepared, a new one, and the press that starts one."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import Person
from ikbt.accounts.stepping_up import fresh
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock
from ikbt.treatments.starting import begin_treatment, prepare_treatment
from programs.models import ProgramVersion
from programs.translating import in_language
from therapist.unit.access import A_PATIENTS_RELATIONS, UNIT_STARTS, UnitsTreatment
from therapist.unit.frame import unit_frame
from therapist.unit.start_forms import StartForm
from therapist.unit.starts import offer_rows, ready_rows


@UNIT_STARTS("GET")
def starts(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """What is prepared, and what other units offer."""
    context = {
        **unit_frame(request, desk),
        "ready": ready_rows(desk),
        "offers": offer_rows(desk, at=clock.now()),
    }
    return render(request, "therapist/unit/starts.html", context)


@UNIT_STARTS("GET", "POST")
@fresh()
def prepare(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """A new treatment: first the name behind the number is shown, then it is prepared."""
    form = StartForm(request.POST or None, units=desk.units, at=clock.now())
    asks: Person | None = None
    in_hers: ProgramVersion | None = None
    if form.is_valid():
        patient = form.cleaned_data["number"]
        if form.cleaned_data["confirmed"] != str(patient.pk):
            asks, chosen = patient, form.activation
            found = in_language(chosen.version, patient.language, chosen.unit_id)
            in_hers = found if found != chosen.version else None
            record(
                Entry.Action.READ,
                by=desk.actor,
                kind="person",
                object_id=patient.pk,
                patient=patient.pk,
                relation=desk.actor.role,
            )
        elif _prepared(desk, form):
            messages.success(
                request, _("The treatment is prepared. The therapist signs the decision on its page.")
            )
            return redirect("unit:starts")
    context = {**unit_frame(request, desk), "form": form, "asks": asks, "in_hers": in_hers}
    return render(request, "therapist/unit/prepare.html", context)


@A_PATIENTS_RELATIONS("POST")
def begin(request: HttpRequest, at: UnitsTreatment) -> HttpResponse:
    """Let a prepared one start now; what stands in its way is said."""
    try:
        begin_treatment(at.treatment, by=at.actor, at=clock.now())
    except ValidationError as refused:
        messages.error(request, " ".join(refused.messages))
    else:
        messages.success(request, _("The treatment has started."))
    return redirect("unit:starts")


def _prepared(desk: AtUnits, form: StartForm) -> bool:
    said = form.cleaned_data
    return form.carries(
        lambda: prepare_treatment(
            said["number"],
            version=form.activation.version,
            unit=form.activation.unit,
            therapist=said["therapist"],
            stand_in=said["stand_in"],
            starts_on=said["starts_on"],
            beside=said["beside"],
            given_by=desk.person,
            by=desk.actor,
            at=clock.now(),
        )
    )
