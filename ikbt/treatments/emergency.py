"""Emergency access: decides who may open one patient's data without a care relation, why, and how long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.querysets import RoleQuerySet
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common import clock
from ikbt.common.personal_identity import NotAPersonalNumber, parse
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.models import Block, CareRelation, EmergencyAccess, Treatment

LASTS = timedelta(minutes=60)
SHORTEST_REASON = 10


@dataclass(frozen=True)
class Why:
    """The reason from the list, in her own words, and how a block is lifted if one stands in the way."""

    reason: str
    text: str
    block_lifted: str = ""


def find_for_emergency(written: str, *, staff: Person, at: datetime) -> Treatment | None:
    """The running treatment, else the last, that a personal number or a treatment's id means; None otherwise.

    Within the care providers where she works. Her own treatment is never found.
    """
    providers = _working(staff, at).values("unit__provider")
    known = Treatment.objects.of_providers(providers).exclude(patient=staff.pk)
    treatment_id = _as_id(written)
    if treatment_id is not None:
        return known.select_related("unit").filter(pk=treatment_id).first()
    try:
        person = Person.objects.with_number(parse(written, today=clock.local_date(at)))
    except NotAPersonalNumber:
        return None
    if person is None:
        return None
    own = known.of_patient(person.pk).select_related("unit")
    return own.running().order_by("-starts_on").first() or own.order_by("-starts_on").first()


def open_in_emergency(
    treatment: Treatment, *, staff: Person, why: Why, confirmed: bool, by: Actor, at: datetime
) -> EmergencyAccess:
    """Open one patient's data for an hour; the unit's managers are told. One that runs is returned as it is.

    `confirmed`: her second factor was given minutes ago. Raises ValidationError with a sentence and one of
    the codes "role", "confirm", "reason", "why", "block".
    """
    unit = _guard(treatment, staff=staff, why=why, confirmed=confirmed, at=at)
    with transaction.atomic():
        # In this order a block that is set in the same moment is either seen here or sees what is made here.
        Treatment.objects.select_for_update().get(pk=treatment.pk)
        running = running_emergency(treatment, staff, at=at)
        if running is not None:
            return running
        block = _block_in_the_way(treatment, staff, why=why, at=at)
        relation = CareRelation.objects.create(
            treatment=treatment,
            staff=staff,
            kind=CareRelation.Kind.EMERGENCY,
            starts_at=at,
            ends_at=at + LASTS,
            given_by=staff,
        )
        access = EmergencyAccess.objects.create(
            relation=relation,
            reason=why.reason,
            why=why.text.strip(),
            from_unit=unit,
            block=block,
            block_lifted=why.block_lifted if block else "",
        )
        _log(Entry.Action.CREATE, access, by=by, what=why.reason)
        if block is not None:
            _log(Entry.Action.CHANGE, access, by=by, what=f"block lifted: {why.block_lifted}", kind="block")
        _tell_managers(access, at=at)
    return access


def end_emergency(relation: CareRelation, *, by: Actor, at: datetime) -> None:
    """She is done before the hour is over; one that has ended stays as it was."""
    with transaction.atomic():
        locked = CareRelation.objects.select_for_update().get(
            pk=relation.pk, kind=CareRelation.Kind.EMERGENCY
        )
        if locked.ends_at is not None and locked.ends_at <= at:
            return
        locked.ends_at = at
        locked.save(update_fields=["ends_at"])
        _log(Entry.Action.CHANGE, locked.emergency, by=by, what="ended")
        end_sockets_on_commit(locked.staff_id)


def running_emergency(treatment: Treatment, staff: Person, *, at: datetime) -> EmergencyAccess | None:
    """Her emergency access to this treatment that has not run out."""
    running = CareRelation.objects.running(at).filter(treatment=treatment, staff=staff)
    return EmergencyAccess.objects.filter(relation__in=running).select_related("relation").first()


def _guard(treatment: Treatment, *, staff: Person, why: Why, confirmed: bool, at: datetime) -> CareUnit:
    """The unit where she works, the treatment's own first; or the sentence that says why not."""
    roles = _working(staff, at).filter(unit__provider=treatment.unit.provider_id).select_related("unit")
    units = [role.unit for role in roles if role.unit is not None]
    if not units or not staff.is_active or staff.pk == treatment.patient_id:
        raise ValidationError(_("Your role does not open emergency access here."), code="role")
    if not confirmed:
        raise ValidationError(_("Confirm that it is you first."), code="confirm")
    _refuse_without_reason(why)
    return next((unit for unit in units if unit.pk == treatment.unit_id), units[0])


def _refuse_without_reason(why: Why) -> None:
    if why.reason not in EmergencyAccess.Reason.values:
        raise ValidationError(_("Choose a reason."), code="reason")
    if len(why.text.strip()) < SHORTEST_REASON:
        raise ValidationError(_("Write why, in at least 10 characters."), code="why")


def _block_in_the_way(treatment: Treatment, staff: Person, *, why: Why, at: datetime) -> Block | None:
    units = [unit for unit in _working(staff, at).values_list("unit_id", flat=True) if unit is not None]
    block = Block.objects.closing(treatment, to=units).first()
    if block is not None and why.block_lifted not in Block.Lifted.values:
        raise ValidationError(
            _("The patient has blocked data here. Say how the block is lifted, or leave it closed."),
            code="block",
        )
    return block


def _working(staff: Person, at: datetime) -> RoleQuerySet:
    return RoleAssignment.objects.running(at).of(staff).that_may(Act.OPEN_IN_EMERGENCY)


def _tell_managers(access: EmergencyAccess, *, at: datetime) -> None:
    units: Sequence[UUID] = [access.relation.treatment.unit_id, access.from_unit_id]
    roles = RoleAssignment.objects.running(at).filter(role=Role.UNIT_MANAGER, unit__in=units)
    for manager in Person.objects.filter(roles__in=roles).distinct():
        notify(manager, Notice.Kind.EMERGENCY_OPENED, key=f"emergency:{access.pk}:{manager.pk}", at=at)


def _log(
    action: Entry.Action, access: EmergencyAccess, *, by: Actor, what: str, kind: str = "emergency access"
) -> None:
    record(
        action,
        by=by,
        kind=kind,
        object_id=access.block_id if kind == "block" else access.pk,
        patient=access.relation.treatment.patient_id,
        relation=CareRelation.Kind.EMERGENCY,
        reason=what,
    )


def _as_id(written: str) -> UUID | None:
    try:
        return UUID(written.strip())
    except ValueError:
        return None
