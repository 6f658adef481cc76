"""A therapist holds, leaves out or moves a closed module; a refusal shows the page again with what was typed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_PATIENTS_TREATMENT, Cared
from ikbt.treatments.replanning import Reasoned
from therapist.forms import OpeningForm
from therapist.replan_form import MOVE, VERBS, ReplanForm
from therapist.views.patient import patient_page


@MY_PATIENTS_TREATMENT("POST")
def replan(request: HttpRequest, cared: Cared, module_key: str) -> HttpResponse:
    """Do what the pressed button says."""
    act = request.POST.get("act", "")
    if act not in {*VERBS, MOVE}:
        raise Http404
    form = ReplanForm(request.POST, prefix=module_key)
    if form.is_valid():
        said = Reasoned(cared.staff, form.cleaned_data["reason"], cared.actor, clock.now())
        if form.carries(lambda: form.carry_out(act, cared.treatment, module_key, said)):
            messages.success(
                request, _("What you decided is kept. The patient sees it in the list of modules.")
            )
            return redirect("therapist:patient", treatment_id=cared.treatment.pk)
    return patient_page(request, cared, OpeningForm(), replan_form=form, replanned={module_key: form})
