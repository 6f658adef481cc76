"""A therapist's doors to treatments that other units offer to hers: names and summaries, each one logged."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest

from ikbt.accounts.access import AtUnits
from ikbt.accounts.roles import Role
from ikbt.accounts.rules import has_second_factor, may_open_desk
from ikbt.common.doors import PATIENT, Door
from ikbt.treatments.access import THE_DESK
from ikbt.treatments.rules import is_the_patient
from therapist.unit.access import UnitsOffer, offer_at


def _as_therapist(request: HttpRequest) -> AtUnits:
    """The units where she is a therapist; at the others a coordinator answers by her own page."""
    desk = THE_DESK.opens(request)
    units = tuple(unit for role, unit in desk.held if role == Role.THERAPIST)
    return AtUnits(desk.staff, units, desk.actor)


def _an_offer(request: HttpRequest, transfer_id: UUID) -> UnitsOffer:
    return offer_at(request, _as_therapist(request), transfer_id)


OFFERS_TO_ME = Door(
    "treatments offered to me",
    PATIENT,
    "therapist of the unit that the patient is offered to, name alone",
    _as_therapist,
    rule=has_second_factor & may_open_desk,
)
AN_OFFER_TO_ME = Door(
    "a treatment offered to me",
    PATIENT,
    "therapist of the unit that the patient is offered to",
    _an_offer,
    takes=("transfer_id",),
    rule=has_second_factor & may_open_desk & ~is_the_patient,
)
