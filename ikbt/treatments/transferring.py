"""Hands a treatment to another unit: decides what that unit sees before its yes, and what the old one sees after."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.opening import opening_hours_of
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.common.working_time import promised_by
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.course_states import Event, Guard, Who
from ikbt.treatments.covering import cover
from ikbt.treatments.escalating import start_clock, tell_owner
from ikbt.treatments.models import Alert, CareRelation, Transfer, Treatment
from ikbt.treatments.next_in_line import who_acts
from ikbt.treatments.relating import log_relation
from ikbt.treatments.stepping import (
    WHY_NOT,
    is_covered,
    locked_course,
    need_reason,
    refuse_obstacles,
    take_step,
)
from ikbt.treatments.tasks_of_course import raise_task
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.transfer_summary import record_part
from programs.models import Activation

Answer = Transfer.Answer


class LegalBasis(models.TextChoices):
    """By what right another unit of the same care provider reads about her; kept with the offer's event."""

    CARE = "care", _("It takes over the care (patientdatalagen chapter 4 section 1)")
    WISH = "wish", _("The patient has chosen the unit (patientlagen chapter 9 section 1)")


DAY_HOURS = 24


def offer_transfer(
    treatment: Treatment,
    *,
    to: CareUnit,
    summary: str,
    consents: bool,
    by: Actor,
    at: datetime,
    legal_basis: str = LegalBasis.CARE,
) -> Transfer:
    """Offer her to another unit of the same care provider; until it says yes, the sender answers for her.

    Between care providers it goes by referral: unified records need rules and a consent of their own (2022:913).
    Raises ValidationError with code "unit", "consents", "legal_basis" or "reason", or the obstacles of the course.
    """
    why = need_reason(summary)
    if not consents:
        raise ValidationError(_("The patient must agree to the transfer."), code="consents")
    if legal_basis not in LegalBasis.values:
        raise ValidationError(_("Choose the legal basis."), code="legal_basis")
    if to.pk == treatment.unit_id or to.provider_id != treatment.unit.provider_id:
        raise ValidationError(_("Choose another unit of the same care provider."), code="unit")
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.TRANSFER_OFFERED, by=by, at=at)
        hours = thresholds_of(to).transfer_days * DAY_HOURS
        offer = Transfer.objects.create(
            treatment=locked,
            from_unit=locked.unit,
            to_unit=to,
            offered_by_id=by.id,
            offered_at=at,
            answer_by=promised_by(at, hours, closed_on=opening_hours_of(to).closed_on),
            summary=why,
        )
        take_step(
            locked,
            Event.TRANSFER_OFFERED,
            by=by,
            at=at,
            details={"to_unit": str(to.pk), "consents": True, "legal_basis": legal_basis},
        )
        _tell_receivers(offer, Notice.Kind.TO_ACT, what="offered", at=at)
    return offer


def accept_transfer(offer: Transfer, *, therapist: Person, by: Actor, at: datetime) -> Treatment:
    """Take her over, to a therapist of the unit: the old unit keeps its part as it stands and sees nothing new.

    Raises ValidationError with code "therapist", "version" or "covered", or the obstacles of the course.
    """
    with transaction.atomic():
        locked, waiting = _locked(offer, by=by, at=at)
        refuse_obstacles(locked, Event.TRANSFER_ACCEPTED, by=by, at=at, who=_RECEIVER)
        works = therapist.roles.running(at).filter(role=Role.THERAPIST, unit=waiting.to_unit_id)
        if therapist.pk == locked.patient_id or not works.exists():
            raise ValidationError(_("The therapist does not work at the unit."), code="therapist")
        if not Activation.objects.carries(locked.version, waiting.to_unit_id):
            raise ValidationError(
                _("Your unit does not treat by the patient's version of the program, so it can't take over."),
                code="version",
            )
        former, old_unit = locked.therapist, locked.unit_id
        waiting.kept = record_part(locked)
        _answer(waiting, Answer.ACCEPTED, by=by, at=at)
        for relation in CareRelation.objects.unfinished(at).filter(treatment=locked):
            relation.ends_at, relation.ended_by_id = at, by.id
            relation.save(update_fields=["ends_at", "ended_by"])
            log_relation(Entry.Action.CHANGE, relation, by=by, what=f"{relation.kind} ended by transfer")
            end_sockets_on_commit(relation.staff_id)
        locked.unit, locked.therapist = waiting.to_unit, therapist
        locked.save(update_fields=["unit", "therapist"])
        relation = CareRelation.objects.create(
            treatment=locked,
            staff=therapist,
            kind=CareRelation.Kind.RESPONSIBLE,
            starts_at=at,
            given_by_id=by.id,
        )
        log_relation(Entry.Action.CREATE, relation, by=by, what=f"{relation.kind} to {therapist.pk}")
        cover(locked, at=at)
        # Asked when all stands as it would be: nobody at the new unit is asked before.
        if not is_covered(locked, at):
            raise ValidationError(WHY_NOT[Guard.COVERED], code=Guard.COVERED.value)
        _move_alerts(locked, by=by, at=at)
        details = {"unit": str(locked.unit_id), "therapist": str(therapist.pk)}
        take_step(locked, Event.TRANSFER_ACCEPTED, by=by, at=at, details=details)
        for person in (locked.patient, former, therapist):
            notify(person, Notice.Kind.NEW_MESSAGE, key=f"transfer:{waiting.pk}:{person.pk}", at=at)
        push_on_commit(desk_group(old_unit), "work", treatment=str(locked.pk))
    return locked


def decline_transfer(offer: Transfer, *, reason: str, by: Actor, at: datetime) -> Transfer:
    """Say no, with a reason that the sender reads; she stays where she is."""
    with transaction.atomic():
        locked, waiting = _locked(offer, by=by, at=at)
        refuse_obstacles(locked, Event.TRANSFER_DECLINED, by=by, at=at, who=_RECEIVER)
        waiting.answer_reason = need_reason(reason)
        _answer(waiting, Answer.DECLINED, by=by, at=at)
        take_step(locked, Event.TRANSFER_DECLINED, by=by, at=at, reason=reason)
        raise_task(locked, at=at)
    return waiting


def withdraw_transfer(offer: Transfer, *, by: Actor, at: datetime) -> Transfer:
    """The sender takes the offer back."""
    with transaction.atomic():
        locked = locked_course(offer.treatment)
        refuse_obstacles(locked, Event.TRANSFER_DECLINED, by=by, at=at)
        waiting = Transfer.objects.waiting().select_for_update().get(treatment=locked)
        _answer(waiting, Answer.WITHDRAWN, by=by, at=at)
        take_step(locked, Event.TRANSFER_DECLINED, by=by, at=at, details={"answer": Answer.WITHDRAWN.value})
        _tell_receivers(waiting, Notice.Kind.NEW_MESSAGE, what="withdrawn", at=at)
    return waiting


def expire_transfer(offer: Transfer, *, at: datetime) -> bool:
    """Nobody has answered in time: she stays, and her therapist gets it as a task. True when it did so now."""
    with transaction.atomic():
        locked = locked_course(offer.treatment)
        waiting = Transfer.objects.expired(at).select_for_update().filter(pk=offer.pk).first()
        if waiting is None:
            return False
        _answer(waiting, Answer.EXPIRED, by=SYSTEM, at=at)
        take_step(locked, Event.TRANSFER_EXPIRED, by=SYSTEM, at=at)
        raise_task(locked, at=at)
    return True


# Nobody's relation makes a receiver: _locked has asked for the role at the other unit.
_RECEIVER = frozenset({Who.RECEIVER})


def may_answer(offer: Transfer, person: Person, at: datetime) -> bool:
    """Therapists, the coordinator and the manager of the receiving unit; never the patient."""
    if person.pk == offer.treatment.patient_id:
        return False
    held = person.roles.running(at).filter(unit=offer.to_unit_id)
    return held.that_may(Act.GIVE_RELATIONS).exists() or held.filter(role=Role.THERAPIST).exists()


def _tell_receivers(offer: Transfer, kind: Notice.Kind, *, what: str, at: datetime) -> None:
    """Whoever decides at the receiving unit who cares for whom, and the desks that are open there."""
    held = RoleAssignment.objects.running(at).that_may(Act.GIVE_RELATIONS).filter(unit=offer.to_unit_id)
    people = Person.objects.filter(roles__in=held, is_active=True).exclude(pk=offer.treatment.patient_id)
    for person in people.distinct():
        notify(person, kind, key=f"transfer-{what}:{offer.pk}:{person.pk}", at=at)
    push_on_commit(desk_group(offer.to_unit_id), "transfer", transfer=str(offer.pk))


def _locked(offer: Transfer, *, by: Actor, at: datetime) -> tuple[Treatment, Transfer]:
    answering = Person.objects.filter(pk=by.id, is_active=True).first() if by.id else None
    if answering is None or not may_answer(offer, answering, at):
        raise ValidationError(_("Somebody else decides that."), code="not_yours")
    locked = locked_course(offer.treatment)
    rows = Transfer.objects.waiting().select_for_update(of=("self",)).select_related("to_unit")
    waiting = rows.filter(pk=offer.pk, treatment=locked, answer_by__gt=at).first()
    if waiting is None:
        raise ValidationError(_("No transfer waits for an answer."), code="transfer_waits")
    return locked, waiting


def _answer(offer: Transfer, answer: str, *, by: Actor, at: datetime) -> None:
    offer.answer, offer.answered_by_id, offer.answered_at = answer, by.id, at
    offer.save()
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="transfer",
        object_id=offer.pk,
        patient=offer.treatment.patient_id,
        reason=answer,
    )


def _move_alerts(treatment: Treatment, *, by: Actor, at: datetime) -> None:
    """Open alerts are the new therapist's or who covers for her, untaken: whoever had taken one is gone."""
    for alert in Alert.objects.select_for_update().filter(treatment=treatment, closed_at=None):
        alert.treatment = treatment
        alert.owner, alert.taken_by, alert.taken_at = who_acts(treatment, at=at), None, None
        if alert.is_red:
            start_clock(alert, at=at)
        alert.save()
        if alert.is_red:
            tell_owner(alert, at=at, anew=True)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="alert",
            object_id=alert.pk,
            patient=treatment.patient_id,
            reason=f"owner {alert.owner_id}",
        )
