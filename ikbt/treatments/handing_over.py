"""Handing over: decides who may change a patient's responsible therapist, and what follows the patient."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.course_states import Event
from ikbt.treatments.covering import cover
from ikbt.treatments.escalating import start_clock, tell_owner
from ikbt.treatments.models import Alert, CareRelation, Treatment
from ikbt.treatments.querysets import RelationQuerySet
from ikbt.treatments.relating import guard_giver, guard_receiver, log_relation
from ikbt.treatments.stepping import take_step

Kind = CareRelation.Kind
SHORTEST_REASON = 5


def hand_over(
    treatment: Treatment,
    *,
    to: Person,
    reason: str,
    by: Actor,
    at: datetime,
    keep_until: datetime | None = None,
) -> CareRelation:
    """Make `to` the responsible therapist from now on; open alerts are hers, and what waits is in her list.

    1. The former's relation ends, and her open sockets; with `keep_until` she stays as stand-in until then.
    2. The next one's relation begins. Alerts that the former had taken are free to take, unless she stays.
    3. Patient and both therapists are told, by hint and neutral mail.

    Nothing that anybody wrote is touched. To the one who has it already it changes nothing. Raises
    ValidationError with a sentence and one of the codes "giver", "staff", "reason", "until".
    """
    guard_giver(treatment, by=by, at=at)
    _guard_next(treatment, to, by=by, at=at)
    if len(reason.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write why, in a few words."), code="reason")
    if keep_until is not None and keep_until <= at:
        raise ValidationError(_("The end must come after the beginning."), code="until")
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("patient", "therapist")
        locked = rows.get(pk=treatment.pk)
        running = CareRelation.objects.unfinished(at).filter(treatment=locked)
        if locked.therapist_id == to.pk:
            return running.get(kind=Kind.RESPONSIBLE)
        former = locked.therapist
        _end(running.filter(staff=former, kind__in=[Kind.RESPONSIBLE, Kind.STAND_IN]), by=by, at=at)
        # What she was until now, the responsible is all the more.
        _end(running.filter(staff=to, kind=Kind.STAND_IN), by=by, at=at)
        relation = _begin(locked, to, Kind.RESPONSIBLE, reason=reason, by=by, at=at)
        if keep_until is not None:
            _begin(locked, former, Kind.STAND_IN, reason=reason, by=by, at=at, until=keep_until)
        locked.therapist = to
        locked.save(update_fields=["therapist"])
        cover(locked, at=at)
        _move_alerts(locked, former, stays=keep_until is not None, by=by, at=at)
        _tell(locked, relation, former, by=by, at=at)
    return relation


def hand_over_several(
    treatments: Collection[Treatment], *, to: Person, reason: str, by: Actor, at: datetime
) -> int:
    """Several patients at once, all or none; how many. Raises ValidationError as `hand_over` does."""
    with transaction.atomic():
        # In one order, so that two who do this at once never wait for each other in a ring.
        for treatment in sorted(treatments, key=lambda one: one.pk):
            hand_over(treatment, to=to, reason=reason, by=by, at=at)
    return len(treatments)


def _guard_next(treatment: Treatment, to: Person, *, by: Actor, at: datetime) -> None:
    guard_receiver(treatment, to, by=by, at=at)
    # Coordinators and stand-ins open the desk too, but answer for nobody's treatment.
    if not to.roles.running(at).filter(role=Role.THERAPIST, unit=treatment.unit_id).exists():
        raise ValidationError(_("The therapist does not work at the unit."), code="staff")


def _end(relations: RelationQuerySet, *, by: Actor, at: datetime) -> None:
    for relation in relations:
        relation.ends_at, relation.ended_by_id = at, by.id
        relation.save(update_fields=["ends_at", "ended_by"])
        log_relation(
            Entry.Action.CHANGE, relation, by=by, what=f"{relation.kind} of {relation.staff_id} ended"
        )


def _begin(
    treatment: Treatment,
    staff: Person,
    kind: str,
    *,
    reason: str,
    by: Actor,
    at: datetime,
    until: datetime | None = None,
) -> CareRelation:
    relation = CareRelation.objects.create(
        treatment=treatment,
        staff=staff,
        kind=kind,
        starts_at=at,
        ends_at=until,
        given_by_id=by.id,
        reason=reason.strip(),
    )
    log_relation(Entry.Action.CREATE, relation, by=by, what=f"{kind} to {staff.pk}")
    return relation


def _move_alerts(treatment: Treatment, former: Person, *, stays: bool, by: Actor, at: datetime) -> None:
    """Open alerts get the new owner. One that the former had taken would look handled, though she is gone."""
    for alert in Alert.objects.select_for_update().filter(treatment=treatment, closed_at=None):
        alert.owner = treatment.therapist
        if alert.taken_by_id == former.pk and not stays:
            alert.taken_by, alert.taken_at = None, None
        starts = alert.is_red and alert.taken_at is None
        if starts:
            # The next one gets the whole time: she has been asked nothing yet.
            start_clock(alert, at=at)
        alert.save(update_fields=["owner", "taken_by", "taken_at", "stage", "asked", "escalates_at"])
        if starts:
            tell_owner(alert, at=at, anew=True)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="alert",
            object_id=alert.pk,
            patient=treatment.patient_id,
            reason=f"owner {treatment.therapist_id}",
        )


def _tell(treatment: Treatment, relation: CareRelation, former: Person, *, by: Actor, at: datetime) -> None:
    details = {"from": str(former.pk), "to": str(relation.staff_id)}
    take_step(treatment, Event.THERAPIST_CHANGED, by=by, at=at, details=details)
    record(
        Entry.Action.CHANGE,
        by=by,
        kind="therapist",
        object_id=treatment.pk,
        patient=treatment.patient_id,
        reason=f"{former.pk} to {relation.staff_id}",
    )
    for person in (treatment.patient, former, relation.staff):
        notify(person, Notice.Kind.NEW_MESSAGE, key=f"therapist:{relation.pk}:{person.pk}", at=at)
    push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
    end_sockets_on_commit(former.pk)
