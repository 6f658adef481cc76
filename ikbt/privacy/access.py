"""The doors to requests to be erased: the unit manager's, for the unit's patients and never about herself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from django.http import Http404, HttpRequest
from rules.predicates import Predicate

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.roles import Act
from ikbt.accounts.rules import has_second_factor, may
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, actor_of, record
from ikbt.common import clock
from ikbt.common.doors import PATIENT, Door
from ikbt.privacy.models import ErasureRequest

KIND = "erasure request"
may_answer_erasure = may(Act.ANSWER_ERASURE)


@dataclass(frozen=True)
class Answering:
    """A unit manager among the requests of her units' patients."""

    manager: Person
    units: tuple[UUID, ...]
    actor: Actor


@dataclass(frozen=True)
class AnsweringOne(Answering):
    """At one request; `unit` is the one of hers that the patient is or was treated at, the latest first."""

    request: ErasureRequest
    unit: CareUnit


def _answering(request: HttpRequest) -> Answering:
    if not isinstance(request.user, Person) or not has_second_factor.test(request.user):
        raise Http404
    roles = list(
        request.user.roles.running(clock.now()).that_may(Act.ANSWER_ERASURE).exclude(unit=None).order_by("pk")
    )
    if not may_answer_erasure.test(request.user, [role.role for role in roles]):
        _refuse(request)
    units = tuple(role.unit_id for role in roles if role.unit_id)
    return Answering(request.user, units, actor_of(request, role=roles[0].role, unit=units[0]))


def _one(request: HttpRequest, request_id: UUID) -> AnsweringOne:
    at = _answering(request)
    asked = ErasureRequest.objects.at_units(at.units).select_related("person").filter(pk=request_id).first()
    if asked is None or is_about_herself.test(at.manager, asked):
        _refuse(request, request_id)
    unit = (
        CareUnit.objects.filter(pk__in=at.units, treatments__patient=asked.person)
        .order_by("-treatments__starts_on", "-treatments__created_at")
        .first()
    )
    if unit is None:
        raise Http404
    actor = actor_of(request, role=at.actor.role, unit=unit.pk)
    if request.method in {"GET", "HEAD"}:
        record(
            Entry.Action.READ,
            by=actor,
            kind=KIND,
            object_id=asked.pk,
            patient=asked.person_id,
            relation=Act.ANSWER_ERASURE,
        )
    return AnsweringOne(at.manager, at.units, actor, asked, unit)


def _refuse(request: HttpRequest, request_id: UUID | str = "") -> NoReturn:
    """Logged as about her who asked, so that she sees who tried; about nobody when there is no such request."""
    asked = ErasureRequest.objects.filter(pk=request_id).first() if request_id else None
    record(
        Entry.Action.REFUSED,
        by=actor_of(request, role="unknown"),
        kind=KIND,
        object_id=request_id,
        patient=asked.person_id if asked else None,
        granted=False,
    )
    raise Http404


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
