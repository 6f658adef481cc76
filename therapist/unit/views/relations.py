"""Who cares for whom: the list, one patient's relations, and what changes them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.handing_over import hand_over
from ikbt.treatments.relating import end_relation, give_relation
from therapist.forms import RuleForm
from therapist.unit.access import (
    A_CARE_RELATION,
    A_PATIENTS_RELATIONS,
    UNIT_RELATIONS,
    UnitsRelation,
    UnitsTreatment,
)
from therapist.unit.forms import EndForm, GiveForm, HandOverForm, begins, ends
from therapist.unit.frame import unit_frame
from therapist.unit.relations import read_relations, relation_list
from therapist.unit.working import who_could


@UNIT_RELATIONS("GET")
def relations(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """Every patient in somebody's care, and whose."""
    shown = relation_list(
        desk,
        therapist=request.GET.get("behandlare", ""),
        page=request.GET.get("sida", "1"),
        at=clock.now(),
    )
    return render(request, "therapist/unit/relations.html", {**unit_frame(request, desk), "shown": shown})


@A_PATIENTS_RELATIONS("GET")
def relation(request: HttpRequest, at: UnitsTreatment) -> HttpResponse:
    """One patient's."""
    return _page(request, at)


@A_PATIENTS_RELATIONS("POST")
@fresh()
def give(request: HttpRequest, at: UnitsTreatment) -> HttpResponse:
    """A stand-in or a coordinator on duty."""
    now = clock.now()
    form = GiveForm(request.POST, people=who_could(at.treatment, giver=at.person, at=now))
    if form.is_valid():
        said = form.cleaned_data
        try:
            given = give_relation(
                at.treatment,
                staff=said["staff"],
                kind=said["kind"],
                since=begins(said["since"]),
                until=ends(said["until"]),
                reason=said["reason"],
                by=at.actor,
                at=now,
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("%(name)s has the care relation.") % {"name": given.staff.name})
            return redirect("unit:relation", treatment_id=at.treatment.pk)
    return _page(request, at, give=form)


@A_PATIENTS_RELATIONS("POST")
@fresh()
def change_therapist(request: HttpRequest, at: UnitsTreatment) -> HttpResponse:
    """Another responsible therapist."""
    now = clock.now()
    people = who_could(at.treatment, giver=at.person, at=now, therapists=True)
    form = HandOverForm(request.POST, people=people)
    if form.is_valid():
        said = form.cleaned_data
        try:
            hand_over(
                at.treatment,
                to=said["to"],
                reason=said["reason"],
                keep_until=ends(said["keep_until"]),
                by=at.actor,
                at=now,
            )
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = _("%(name)s is the responsible therapist now. All three have been told.")
            messages.success(request, told % {"name": said["to"].name})
            return redirect("unit:relation", treatment_id=at.treatment.pk)
    return _page(request, at, hand_over=form)


@A_CARE_RELATION("GET", "POST")
@fresh()
def end(request: HttpRequest, at: UnitsRelation) -> HttpResponse:
    """Asks why, then ends it at once."""
    form = EndForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            end_relation(at.relation, by=at.actor, at=clock.now(), reason=form.cleaned_data["reason"])
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("The care relation has ended."))
            return redirect("unit:relation", treatment_id=at.treatment.pk)
    context = {
        **unit_frame(request, at),
        **read_relations(at, at=clock.now()),
        "treatment": at.treatment,
        "relation": at.relation,
        "form": form,
    }
    return render(request, "therapist/unit/end_relation.html", context)


def _page(
    request: HttpRequest,
    at: UnitsTreatment,
    *,
    give: RuleForm | None = None,
    hand_over: RuleForm | None = None,
) -> HttpResponse:
    now = clock.now()
    people = who_could(at.treatment, giver=at.person, at=now)
    therapists = who_could(at.treatment, giver=at.person, at=now, therapists=True)
    next_ones = [one for one in therapists if one.pk != at.treatment.therapist_id]
    context = {
        **unit_frame(request, at),
        **read_relations(at, at=now),
        "treatment": at.treatment,
        "give": give or GiveForm(people=[one for one in people if one.pk != at.treatment.therapist_id]),
        "hand_over": hand_over or HandOverForm(people=next_ones),
    }
    return render(request, "therapist/unit/relation.html", context)
