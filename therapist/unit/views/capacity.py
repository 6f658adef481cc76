"""Who carries how many: the list, one therapist's patients, several moved at once, and the limit."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ikbt.accounts.access import AtUnits
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.handing_over import hand_over_several
from ikbt.treatments.limiting import set_limit
from ikbt.treatments.models import CaseloadLimit
from therapist.unit.access import A_THERAPIST, UNIT_RELATIONS, AtTherapist
from therapist.unit.capacity import chosen_of, others_with_room, patients_of, therapist_rows
from therapist.unit.capacity_forms import LimitForm, MoveForm
from therapist.unit.frame import unit_frame


@UNIT_RELATIONS("GET")
def capacity(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Every therapist, by name."""
    context = {**unit_frame(request, desk), "rows": therapist_rows(desk, at=clock.now())}
    return render(request, "therapist/unit/capacity.html", context)


@A_THERAPIST("GET")
def therapist(request: HttpRequest, at: AtTherapist) -> HttpResponse:
    """One of them: her patients' names, and two forms."""
    return _page(request, at)


@A_THERAPIST("POST")
@fresh()
def move(request: HttpRequest, at: AtTherapist) -> HttpResponse:
    """Some of hers get another therapist."""
    now = clock.now()
    form = MoveForm(request.POST, patients=patients_of(at), others=others_with_room(at, at=now))
    if form.is_valid():
        said = form.cleaned_data
        chosen = chosen_of(at, said["patients"])
        try:
            moved = hand_over_several(chosen, to=said["to"], reason=said["reason"], by=at.actor, at=now)
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = ngettext(
                "%(n)d patient has another therapist. All who are concerned have been told.",
                "%(n)d patients have another therapist. All who are concerned have been told.",
                moved,
            )
            messages.success(request, told % {"n": moved})
            return redirect("unit:capacity")
    return _page(request, at, move_form=form)


@A_THERAPIST("POST")
@fresh()
def limit(request: HttpRequest, at: AtTherapist) -> HttpResponse:
    """How many she is meant to carry."""
    form = LimitForm(request.POST)
    if form.is_valid():
        most = form.cleaned_data["patients"]
        try:
            set_limit(at.therapist, unit=at.unit, patients=most, by=at.actor, at=clock.now())
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The limit is saved."))
            return redirect("unit:capacity")
    return _page(request, at, limit_form=form)


def _page(
    request: HttpRequest,
    at: AtTherapist,
    *,
    move_form: MoveForm | None = None,
    limit_form: LimitForm | None = None,
) -> HttpResponse:
    now = clock.now()
    standing = CaseloadLimit.objects.filter(person=at.therapist, unit=at.unit).first()
    patients = [] if move_form else patients_of(at)
    context = {
        **unit_frame(request, at),
        "therapist": at.therapist,
        "unit": at.unit,
        "role_id": request.resolver_match.kwargs["role_id"] if request.resolver_match else "",
        "has_patients": bool(patients) or move_form is not None,
        "move_form": move_form or MoveForm(patients=patients, others=others_with_room(at, at=now)),
        "limit_form": limit_form or LimitForm(initial={"patients": standing.patients if standing else None}),
    }
    return render(request, "therapist/unit/therapist.html", context)
