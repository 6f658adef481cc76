"""The patient's page about her data: read it, say that one has, answer about research."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.access import MY_TREATMENT, Mine
from ikbt.treatments.consent_form import ConsentForm
from ikbt.treatments.consenting import acknowledge_information, decide_research
from ikbt.treatments.pages.consent import information_page


@MY_TREATMENT("GET", "POST")
def information(request: HttpRequest, mine: Mine) -> HttpResponse:
    """How her data is handled, and whether it may be used in research."""
    form = ConsentForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said, to = form.cleaned_data["answer"], form.cleaned_data["version"]
        try:
            if said == ConsentForm.READ:
                acknowledge_information(mine.treatment, to, by=mine.actor, at=clock.now())
            else:
                agrees = said == ConsentForm.YES
                decide_research(mine.treatment, to, agrees=agrees, by=mine.actor, at=clock.now())
        except ValidationError as refused:
            form.add_error(None, refused)
        else:
            messages.success(request, _("Your answer is kept."))
            return redirect("treatments:information", treatment_id=mine.treatment.pk)
    context = {**information_page(request, mine), "form": form}
    return render(request, "treatments/information.html", context, status=422 if form.errors else 200)
