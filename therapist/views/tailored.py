"""A therapist answers a proposed branch, and opens subtypes; a refusal shows the page again with what was typed."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.deciding import answer_offer, open_subtypes
from programs.tailoring.path import name_of
from therapist.forms import OfferForm, OpeningForm
from therapist.views.patient import patient_page


@MY_PATIENTS_TREATMENT("POST")
def answer(request: HttpRequest, cared: Cared, module_key: str, offer_key: str) -> HttpResponse:
    """Accept a proposed branch, or decline it with a reason."""
    form, name = OfferForm(request.POST), name_of(module_key, offer_key)
    if form.is_valid() and form.carries(
        lambda: answer_offer(
            cared.treatment,
            name,
            accept=request.POST.get("answer") == "yes",
            person=cared.staff,
            reason=form.cleaned_data["reason"],
            by=cared.actor,
            at=clock.now(),
        )
    ):
        messages.success(request, _("What you decided is kept."))
        return redirect("therapist:patient", treatment_id=cared.treatment.pk)
    return patient_page(request, cared, OpeningForm(), offer_form=form, offer_name=name)


@MY_PATIENTS_TREATMENT("POST")
def subtypes(request: HttpRequest, cared: Cared) -> HttpResponse:
    """Open the subtypes that are hers."""
    try:
        open_subtypes(
            cared.treatment,
            request.POST.getlist("subtype"),
            staff=cared.staff,
            by=cared.actor,
            at=clock.now(),
        )
    except ValidationError as refused:
        messages.error(request, refused.messages[0])
    else:
        messages.success(request, _("The steps for what you marked are open."))
    return redirect("therapist:patient", treatment_id=cared.treatment.pk)
