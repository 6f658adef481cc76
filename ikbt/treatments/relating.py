"""Care relations: decides who may give and end a stand-in's or a coordinator's; an end is at once."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Act
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.models import CareRelation, Treatment

# The responsible therapist changes by ikbt/treatments/handing_over.py; emergency access has its own verb.
GIVEN_HERE = frozenset({CareRelation.Kind.STAND_IN, CareRelation.Kind.COORDINATOR})


def give_relation(
    treatment: Treatment,
    *,
    staff: Person,
    kind: str,
    by: Actor,
    at: datetime,
    since: datetime | None = None,
    until: datetime | None = None,
    reason: str = "",
) -> CareRelation:
    """A stand-in's or coordinator's relation from `since` (now when None) on; hers that is not over is given anew.

    Raises ValidationError with a sentence and one of the codes "kind", "until", "giver", "staff".
    """
    since = max(since or at, at)
    _guard_kind(kind, since=since, until=until)
    guard_giver(treatment, by=by, at=at)
    guard_receiver(treatment, staff, by=by, at=at)
    with transaction.atomic():
        Treatment.objects.select_for_update().get(pk=treatment.pk)
        relation = (
            CareRelation.objects.unfinished(at).filter(treatment=treatment, staff=staff, kind=kind).first()
        )
        action = Entry.Action.CHANGE
        if relation is None:
            action = Entry.Action.CREATE
            relation = CareRelation(treatment=treatment, staff=staff, kind=kind, starts_at=since)
        elif relation.starts_at > at:
            relation.starts_at = since
        relation.ends_at, relation.given_by_id, relation.reason = until, by.id, reason.strip() or None
        relation.save()
        log_relation(action, relation, by=by, what=f"{kind} to {staff.pk}")
        push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
    return relation


def end_relation(relation: CareRelation, *, by: Actor, at: datetime, reason: str = "") -> CareRelation:
    """End it now, her open sockets with it; one that has ended stays as it was. Raises ValidationError."""
    treatment = relation.treatment
    if relation.kind == CareRelation.Kind.RESPONSIBLE:
        raise ValidationError(_("A treatment always has a responsible therapist: name the next one instead."))
    if by.id != relation.staff_id:
        guard_giver(treatment, by=by, at=at)
    with transaction.atomic():
        Treatment.objects.select_for_update().get(pk=treatment.pk)
        locked = CareRelation.objects.select_for_update().get(pk=relation.pk)
        if locked.ends_at is not None and locked.ends_at <= at:
            return locked
        locked.ends_at, locked.ended_by_id, locked.end_reason = at, by.id, reason.strip() or None
        locked.save(update_fields=["ends_at", "ended_by", "end_reason"])
        log_relation(Entry.Action.CHANGE, locked, by=by, what=f"{locked.kind} of {locked.staff_id} ended")
        push_on_commit(desk_group(treatment.unit_id), "work", treatment=str(treatment.pk))
        end_sockets_on_commit(locked.staff_id)
    return locked


def guard_giver(treatment: Treatment, *, by: Actor, at: datetime) -> None:
    """The responsible therapist, or the unit's coordinator or manager; nobody in her own treatment."""
    if by.id is None and by.role == "system":
        return
    if by.id == treatment.patient_id:
        raise ValidationError(_("Nobody decides about their own treatment as staff."), code="giver")
    giver = Person.objects.filter(pk=by.id, is_active=True).first() if by.id else None
    may = giver is not None and (
        giver.pk == treatment.therapist_id
        or giver.roles.running(at).that_may(Act.GIVE_RELATIONS).filter(unit=treatment.unit_id).exists()
    )
    if not may:
        raise ValidationError(
            _("Only the responsible therapist, the coordinator or the unit manager decides that."),
            code="giver",
        )


def guard_receiver(treatment: Treatment, staff: Person, *, by: Actor, at: datetime) -> None:
    """Somebody else than the giver and the patient, who works with patients at the unit now."""
    if staff.pk == treatment.patient_id:
        raise ValidationError(_("Nobody treats themselves."), code="staff")
    if staff.pk == by.id:
        raise ValidationError(
            _("Nobody gives themselves a care relation: let a colleague do it."), code="staff"
        )
    at_unit = staff.roles.running(at).that_may(Act.OPEN_DESK).filter(unit=treatment.unit_id)
    if not staff.is_active or not at_unit.exists():
        raise ValidationError(_("This person does not work with patients at the unit."), code="staff")


def _guard_kind(kind: str, *, since: datetime, until: datetime | None) -> None:
    if kind not in GIVEN_HERE:
        raise ValidationError(_("Only a stand-in or a coordinator is named here."), code="kind")
    if until is not None and until <= since:
        raise ValidationError(_("The end must come after the beginning."), code="until")


def log_relation(action: Entry.Action, relation: CareRelation, *, by: Actor, what: str) -> None:
    """A row about the patient, so that she reads in her own log who decided that."""
    record(
        action,
        by=by,
        kind="care relation",
        object_id=relation.pk,
        patient=relation.treatment.patient_id,
        reason=what,
    )
