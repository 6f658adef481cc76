"""The doors to the log's screens: one's own log, and the auditor's review."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest
from rules.predicates import Predicate

from ikbt.access_log.models import Case, Review
from ikbt.access_log.reviewing import KIND
from ikbt.accounts.access import refuse, signed_in
from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.rules import has_second_factor, may_review_log
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, actor_of, record
from ikbt.common import clock
from ikbt.common.doors import LOG, READING, Door


@dataclass(frozen=True)
class MyLog:
    """Somebody at the log about herself."""

    person: Person
    actor: Actor


@dataclass(frozen=True)
class Auditing:
    """An auditor at work."""

    auditor: Person
    actor: Actor


@dataclass(frozen=True)
class AuditingReview(Auditing):
    """An auditor at one review."""

    review: Review


@dataclass(frozen=True)
class AuditingCase(AuditingReview):
    """An auditor at one case of a review, never one of her own."""

    case: Case


def _my_log(request: HttpRequest) -> MyLog:
    person = signed_in(request)
    actor = actor_of(request, role=Role.PATIENT)
    if request.method in READING:
        record(Entry.Action.READ, by=actor, kind="access log", patient=person.pk, relation="own")
    return MyLog(person, actor)


def _my_log_file(request: HttpRequest) -> MyLog:
    person = signed_in(request)
    actor = actor_of(request, role=Role.PATIENT)
    record(Entry.Action.EXPORT, by=actor, kind="access log", patient=person.pk, relation="own")
    return MyLog(person, actor)


def _auditing(request: HttpRequest) -> Auditing:
    person = signed_in(request)
    role = person.roles.running(clock.now()).that_may(Act.REVIEW_LOG).order_by("starts_at").first()
    if role is None or not may_review_log.test(person, [role.role]):
        refuse(request, KIND)
    return Auditing(person, actor_of(request, role=role.role, unit=role.unit_id))


def _review(request: HttpRequest, review_id: UUID) -> AuditingReview:
    auditing = _auditing(request)
    review = Review.objects.filter(pk=review_id).select_related("begun_by").first()
    if review is None:
        raise Http404
    if request.method in READING:
        record(Entry.Action.READ, by=auditing.actor, kind=KIND, object_id=review.pk)
    return AuditingReview(auditing.auditor, auditing.actor, review)


def _case(request: HttpRequest, review_id: UUID, case_id: UUID) -> AuditingCase:
    at = _review(request, review_id)
    case = Case.objects.filter(review=at.review, pk=case_id).first()
    if case is None:
        raise Http404
    if is_about_herself.test(at.auditor, case):
        refuse(request, KIND, case.pk)
    return AuditingCase(at.auditor, at.actor, at.review, case)


def _is_about_herself(visitor: Person, case: Case) -> bool:
    return visitor.pk in (case.actor, case.patient)


is_about_herself = Predicate(_is_about_herself, "is_about_herself")
reviews = has_second_factor & may_review_log

MY_LOG = Door("my access log", LOG, "the signed-in person, about herself", _my_log, rule=has_second_factor)
MY_LOG_FILE = Door(
    "my access log as a file",
    LOG,
    "the signed-in person, about herself",
    _my_log_file,
    rule=has_second_factor,
)
THE_LOG = Door("the log's reviews", LOG, "auditor", _auditing, rule=reviews)
A_REVIEW = Door("a review of the log", LOG, "auditor", _review, takes=("review_id",), rule=reviews)
A_CASE = Door(
    "a case of a review",
    LOG,
    "auditor, not about herself",
    _case,
    takes=("review_id", "case_id"),
    rule=reviews & ~is_about_herself,
)
