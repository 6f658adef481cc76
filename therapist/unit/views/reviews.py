"""Emergency accesses: the list, and one with the decision about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.common import clock
from ikbt.treatments.reviewing_emergency import decide_emergency
from therapist.unit.access import AN_EMERGENCY, EMERGENCIES, UnitsEmergency
from therapist.unit.forms import DecisionForm
from therapist.unit.frame import unit_frame
from therapist.unit.reviews import made_here, read_review, review_rows


@EMERGENCIES("GET")
def reviews(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Those that wait, and those decided."""
    context = {**unit_frame(request, desk), "rows": review_rows(desk), "made": made_here(desk)}
    return render(request, "therapist/unit/reviews.html", context)


@AN_EMERGENCY("GET", "POST")
def review(request: HttpRequest, at: UnitsEmergency) -> HttpResponse:
    """Who, when, why, how much was read; and what the manager decides."""
    decided = {"decision": at.access.decision, "note": at.access.decision_note or ""}
    form = DecisionForm(request.POST or None, initial=decided)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            decide_emergency(
                at.access, said["decision"], said["note"], reviewer=at.person, by=at.actor, at=clock.now()
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The decision is kept."))
            return redirect("unit:reviews")
    context = {**unit_frame(request, at), **read_review(at), "form": form}
    return render(request, "therapist/unit/review.html", context)
