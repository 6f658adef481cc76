"""The doors to requests to be erased: the unit manager's, for the unit's patients and never about herself."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from rules.predicates import Predicate

from ikbt.accounts.access import AtUnits, at_units, refuse
from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor, may
from ikbt.audit.models import Entry
from ikbt.audit.recording import actor_of, record
from ikbt.common.doors import PATIENT, READING, Door
from ikbt.privacy.models import ErasureRequest

KIND = "erasure request"
may_answer_erasure = may(Act.ANSWER_ERASURE)


@dataclass(frozen=True)
class AnsweringOne(AtUnits):
    """At one request; `unit` is the one of hers that the patient is or was treated at, the latest first."""

    request: ErasureRequest
    unit: CareUnit


def _answering(request: HttpRequest) -> AtUnits:
    return at_units(request, Act.ANSWER_ERASURE, kind=KIND)


def _one(request: HttpRequest, request_id: UUID) -> AnsweringOne:
    at = _answering(request)
    asked = ErasureRequest.objects.at_units(at.units).select_related("person").filter(pk=request_id).first()
    if asked is None or is_about_herself.test(at.person, asked):
        # Logged as about her who asked, so that she sees who tried; about nobody when there is no such request.
        refuse(request, KIND, request_id, patient=_who_asked(request_id))
    unit = (
        CareUnit.objects.filter(pk__in=at.units, treatments__patient=asked.person)
        .order_by("-treatments__starts_on", "-treatments__created_at")
        .first()
    )
    if unit is None:
        raise Http404
    actor = actor_of(request, role=at.actor.role, unit=unit.pk)
    if request.method in READING:
        record(
            Entry.Action.READ,
            by=actor,
            kind=KIND,
            object_id=asked.pk,
            patient=asked.person_id,
            relation=Act.ANSWER_ERASURE,
        )
    return AnsweringOne(at.person, at.units, actor, asked, unit)


def _who_asked(request_id: UUID) -> UUID | None:
    return ErasureRequest.objects.filter(pk=request_id).values_list("person", flat=True).first()


def _is_about_herself(visitor: Person, asked: ErasureRequest) -> bool:
    return asked.person_id == visitor.pk


is_about_herself = Predicate(_is_about_herself, "is_about_herself")
answers = has_second_factor & may_answer_erasure

# The list logs each patient it shows by itself, because only it knows whom it shows.
ERASURE_REQUESTS = Door(
    "erasure requests", PATIENT, "unit manager, own unit's patients", _answering, rule=answers
)
AN_ERASURE_REQUEST = Door(
    "an erasure request",
    PATIENT,
    "unit manager, own unit's patients, not about herself",
    _one,
    takes=("request_id",),
    rule=answers & ~is_about_herself,
)
