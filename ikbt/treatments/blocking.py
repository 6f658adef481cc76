"""Blocks: decides that a patient closes a unit's data about her to other units, and opens it again."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import Block, CareRelation, Treatment


def set_block(treatment: Treatment, *, against: CareUnit | None, by: Actor, at: datetime) -> Block:
    """Close what the treatment's unit has written to one other unit, or to all when None.

    Emergency accesses from there end at once. One in force is returned as it is. Raises ValidationError.
    """
    _guard_patient(treatment, by)
    if against is not None and (
        against.pk == treatment.unit_id or against.provider_id != treatment.unit.provider_id
    ):
        raise ValidationError(_("Choose another unit of the same care provider."))
    with transaction.atomic():
        Treatment.objects.select_for_update().get(pk=treatment.pk)
        found, made = Block.objects.in_force().get_or_create(
            patient_id=treatment.patient_id,
            unit_id=treatment.unit_id,
            against=against,
            lifted_at=None,
            defaults={"starts_at": at, "set_by": treatment.patient},
        )
        if made:
            _log(
                Entry.Action.CREATE, found, by=by, what="to all units" if against is None else str(against.pk)
            )
            _end_emergencies(found, at=at)
    return found


def lift_block(block: Block, *, by: Actor, at: datetime) -> Block:
    """The patient opens it again, for everyone it was closed to; one that is lifted stays as it was."""
    if by.id != block.patient_id:
        raise ValidationError(_("Only the patient lifts the block."))
    with transaction.atomic():
        locked = Block.objects.select_for_update().get(pk=block.pk)
        if locked.lifted_at is not None:
            return locked
        locked.lifted_at, locked.lifted_by_id = at, by.id
        locked.save(update_fields=["lifted_at", "lifted_by"])
        _log(Entry.Action.CHANGE, locked, by=by, what=f"lifted: {Block.Lifted.CONSENT}")
    return locked


def _guard_patient(treatment: Treatment, by: Actor) -> None:
    # No guardian blocks for a child, and no staff for a patient: only she herself is the patient.
    if by.id != treatment.patient_id:
        raise ValidationError(_("Only the patient blocks."))


def _end_emergencies(block: Block, *, at: datetime) -> None:
    """Whoever came in by emergency from a unit that is closed now is out."""
    running = CareRelation.objects.running(at).filter(
        kind=CareRelation.Kind.EMERGENCY, treatment__patient=block.patient_id, treatment__unit=block.unit_id
    )
    running = running.exclude(emergency__from_unit=block.unit_id)
    if block.against_id is not None:
        running = running.filter(emergency__from_unit=block.against_id)
    for relation in running:
        relation.ends_at = at
        relation.save(update_fields=["ends_at"])
        end_sockets_on_commit(relation.staff_id)


def _log(action: Entry.Action, block: Block, *, by: Actor, what: str) -> None:
    record(
        action, by=by, kind="block", object_id=block.pk, patient=block.patient_id, relation="own", reason=what
    )
