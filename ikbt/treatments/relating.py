"""Care relations: decides who may give and end a stand-in's or a coordinator's; an end is at once."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.models import CareRelation, Treatment

# The responsible therapist changes with the treatment's own field; emergency access has its own verb.
GIVEN_HERE = frozenset({CareRelation.Kind.STAND_IN, CareRelation.Kind.COORDINATOR})
GIVERS = frozenset({Role.COORDINATOR, Role.UNIT_MANAGER})


def give_relation(
    treatment: Treatment,
    *,
    staff: Person,
    kind: str,
    by: Actor,
    at: datetime,
    until: datetime | None = None,
) -> CareRelation:
    """A stand-in's or coordinator's relation from `at` on; one that runs already gets the new end.

    Raises ValidationError with a sentence when it may not be given.
    """
    _guard_kind(kind, at=at, until=until)
    _guard_giver(treatment, by=by, at=at)
    _guard_receiver(treatment, staff, at=at)
    with transaction.atomic():
        Treatment.objects.select_for_update().get(pk=treatment.pk)
        running = CareRelation.objects.running(at).filter(treatment=treatment, staff=staff, kind=kind).first()
        if running is None:
            relation = CareRelation.objects.create(
                treatment=treatment, staff=staff, kind=kind, starts_at=at, ends_at=until, given_by_id=by.id
            )
        else:
            relation = running
            relation.ends_at = until
            relation.save(update_fields=["ends_at"])
        action = Entry.Action.CREATE if running is None else Entry.Action.CHANGE
        _log(action, relation, by=by, what=f"{kind} to {staff.pk}")
    return relation


def end_relation(relation: CareRelation, *, by: Actor, at: datetime) -> CareRelation:
    """End it now, her open sockets with it; one that has ended stays as it was. Raises ValidationError."""
    treatment = relation.treatment
    if relation.kind == CareRelation.Kind.RESPONSIBLE:
        raise ValidationError(_("A treatment always has a responsible therapist: name the next one instead."))
    if by.id != relation.staff_id:
        _guard_giver(treatment, by=by, at=at)
    with transaction.atomic():
        locked = CareRelation.objects.select_for_update().get(pk=relation.pk)
        if locked.ends_at is not None and locked.ends_at <= at:
            return locked
        locked.ends_at = at
        locked.save(update_fields=["ends_at"])
        _log(Entry.Action.CHANGE, locked, by=by, what=f"{locked.kind} of {locked.staff_id} ended")
        end_sockets_on_commit(locked.staff_id)
    return locked


def _guard_kind(kind: str, *, at: datetime, until: datetime | None) -> None:
    if kind not in GIVEN_HERE:
        raise ValidationError(_("Only a stand-in or a coordinator is named here."))
    if until is not None and until <= at:
        raise ValidationError(_("The end must come after the beginning."))


def _guard_giver(treatment: Treatment, *, by: Actor, at: datetime) -> None:
    """The responsible therapist, or the unit's coordinator or manager; nobody in her own treatment."""
    if by.id is None and by.role == "system":
        return
    if by.id == treatment.patient_id:
        raise ValidationError(_("Nobody decides about her own treatment as staff."))
    giver = Person.objects.filter(pk=by.id, is_active=True).first() if by.id else None
    may = giver is not None and (
        giver.pk == treatment.therapist_id
        or giver.roles.running(at).filter(role__in=GIVERS, unit=treatment.unit_id).exists()
    )
    if not may:
        raise ValidationError(
            _("Only the responsible therapist, the coordinator or the unit manager decides that.")
        )


def _guard_receiver(treatment: Treatment, staff: Person, *, at: datetime) -> None:
    if staff.pk == treatment.patient_id:
        raise ValidationError(_("Nobody treats herself."))
    at_unit = staff.roles.running(at).that_may(Act.OPEN_DESK).filter(unit=treatment.unit_id)
    if not staff.is_active or not at_unit.exists():
        raise ValidationError(_("She does not work with patients at the unit."))


def _log(action: Entry.Action, relation: CareRelation, *, by: Actor, what: str) -> None:
    record(
        action,
        by=by,
        kind="care relation",
        object_id=relation.pk,
        patient=relation.treatment.patient_id,
        reason=what,
    )
