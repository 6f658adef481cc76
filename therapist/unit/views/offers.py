"""A treatment that another unit offers: what it says of her, then yes with a therapist or no with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.transferring import accept_transfer, decline_transfer
from therapist.forms import RuleForm
from therapist.unit.access import AN_OFFER, UnitsOffer
from therapist.unit.frame import unit_frame
from therapist.unit.offer_page import offer_page
from therapist.unit.start_forms import AcceptForm, DeclineForm, people_with

ADDRESSES = {
    "list_url": "unit:starts",
    "accept_url": "unit:accept_offer",
    "decline_url": "unit:decline_offer",
}


@AN_OFFER("GET")
def offer(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """Summary and open flags."""
    return _page(request, at)


@AN_OFFER("POST")
@fresh()
def accept(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """She is the unit's from now on."""
    form = AcceptForm(request.POST, people=_therapists(at))
    if form.is_valid():
        therapist = form.cleaned_data["therapist"]
        try:
            accept_transfer(at.offer, therapist=therapist, by=at.actor, at=clock.now())
        except ValidationError as refused:
            form.refuse(refused)
        else:
            told = _("%(name)s is the responsible therapist now. All have been told.")
            messages.success(request, told % {"name": therapist.name})
            return redirect("unit:starts")
    return _page(request, at, accept=form)


@AN_OFFER("POST")
def decline(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """She stays where she is."""
    form = DeclineForm(request.POST)
    if form.is_valid():
        try:
            decline_transfer(at.offer, reason=form.cleaned_data["reason"], by=at.actor, at=clock.now())
        except ValidationError as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("You have said no. The other unit has been told why."))
            return redirect("unit:starts")
    return _page(request, at, decline=form)


def _therapists(at: UnitsOffer) -> list[Person]:
    found = people_with([at.offer.to_unit_id], roles=[Role.THERAPIST], at=clock.now())
    return [one for one in found if one.pk != at.offer.treatment.patient_id]


def _page(
    request: HttpRequest,
    at: UnitsOffer,
    *,
    accept: RuleForm | None = None,
    decline: RuleForm | None = None,
) -> HttpResponse:
    context = {
        **unit_frame(request, at),
        **offer_page(at, ADDRESSES),
        "accept": accept or AcceptForm(people=_therapists(at)),
        "decline": decline or DeclineForm(),
    }
    return render(request, "therapist/unit/offer.html", context)
