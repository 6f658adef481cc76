"""Treatments that other units offer: a therapist says yes and takes the patient herself, or no with a reason."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.stepping_up import fresh
from ikbt.common import clock
from ikbt.treatments.transferring import accept_transfer, decline_transfer
from therapist.forms import RuleForm
from therapist.offer_access import AN_OFFER_TO_ME, OFFERS_TO_ME
from therapist.unit.access import UnitsOffer
from therapist.unit.frame import unit_frame
from therapist.unit.offer_page import offer_page
from therapist.unit.start_forms import DeclineForm
from therapist.unit.starts import offer_rows

ADDRESSES = {
    "list_url": "therapist:offers",
    "accept_url": "therapist:accept_offer",
    "decline_url": "therapist:decline_offer",
}


@OFFERS_TO_ME("GET")
def offers(request: HttpRequest, desk: AtUnits) -> HttpResponse:
    """What waits for an answer."""
    rows = offer_rows(desk, at=clock.now(), page="therapist:offer")
    return render(request, "therapist/offers.html", {**unit_frame(request, desk), "offers": rows})


@AN_OFFER_TO_ME("GET")
def offer(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """Summary and open flags."""
    return _page(request, at)


@AN_OFFER_TO_ME("POST")
@fresh()
def accept(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """She is this therapist's from now on."""
    form, now = RuleForm(request.POST), clock.now()
    if form.is_valid() and form.carries(
        lambda: accept_transfer(at.offer, therapist=at.person, by=at.actor, at=now)
    ):
        messages.success(request, _("You are the responsible therapist now. All have been told."))
        return redirect("therapist:patient", treatment_id=at.offer.treatment_id)
    return _page(request, at, accept=form)


@AN_OFFER_TO_ME("POST")
def decline(request: HttpRequest, at: UnitsOffer) -> HttpResponse:
    """She stays where she is."""
    form, now = DeclineForm(request.POST), clock.now()
    if form.is_valid() and form.carries(
        lambda: decline_transfer(at.offer, reason=form.cleaned_data["reason"], by=at.actor, at=now)
    ):
        messages.success(request, _("You have said no. The other unit has been told why."))
        return redirect("therapist:offers")
    return _page(request, at, decline=form)


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
        "accept": accept or RuleForm(),
        "decline": decline or DeclineForm(),
    }
    return render(request, "therapist/unit/offer.html", context)
