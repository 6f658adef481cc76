"""Decides who answers for a high risk alert: the therapist, then a stand-in, a coordinator, the unit's manager."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from ikbt.treatments.models import Absence, Alert, CareRelation, Treatment

Stage = Alert.Stage
SEQUENCE = (Stage.THERAPIST, Stage.STAND_IN, Stage.COORDINATOR, Stage.UNIT_MANAGER)


def next_in_line(
    treatment: Treatment, *, after: str | None, asked: Collection[UUID], at: datetime
) -> tuple[Stage, Person] | None:
    """The first stage behind `after` (None: from the beginning) that has somebody who was not asked before.

    None when nobody is left. Somebody works at the unit, can sign in, is not away, and is not the patient herself.
    A manager is asked even when she is away, after one who is there: behind her there is nobody.
    """
    begin = 0 if after is None else SEQUENCE.index(Stage(after)) + 1
    away = who_is_away(treatment.unit_id, at=at)
    for stage in SEQUENCE[begin:]:
        people = [one for one in _at(stage, treatment, at) if one.pk not in asked]
        there = [one for one in people if one.pk not in away]
        found = next(iter(there or (people if stage is Stage.UNIT_MANAGER else [])), None)
        if found is not None:
            return stage, found
    return None


def who_is_away(unit_id: UUID, *, at: datetime) -> frozenset[UUID]:
    """Everybody who is absent from a unit at a moment; one query."""
    return frozenset(Absence.objects.running(at).filter(unit=unit_id).values_list("person_id", flat=True))


def who_acts(treatment: Treatment, *, at: datetime) -> Person:
    """Whose an alert without a clock of its own is: the therapist's, or while she is away who covers for her.

    A manager opens no patient, so with nobody else it stays the therapist's.
    """
    therapist = Person.objects.get(pk=Treatment.objects.values_list("therapist").get(pk=treatment.pk)[0])
    if therapist.pk not in who_is_away(treatment.unit_id, at=at):
        return therapist
    found = next_in_line(treatment, after=Stage.THERAPIST, asked=(), at=at)
    return found[1] if found is not None and found[0] is not Stage.UNIT_MANAGER else therapist


def _at(stage: Stage, treatment: Treatment, at: datetime) -> list[Person]:
    if stage is Stage.THERAPIST:
        return _related(treatment, CareRelation.Kind.RESPONSIBLE, at)
    if stage is Stage.STAND_IN:
        return _related(treatment, CareRelation.Kind.STAND_IN, at)
    if stage is Stage.COORDINATOR:
        # Those on duty for this very patient before the others.
        return [
            *_related(treatment, CareRelation.Kind.COORDINATOR, at),
            *_holding(treatment, Role.COORDINATOR, at),
        ]
    return _holding(treatment, Role.UNIT_MANAGER, at)


def _related(treatment: Treatment, kind: str, at: datetime) -> list[Person]:
    relations = CareRelation.objects.on_duty(at).filter(treatment=treatment, kind=kind)
    found = relations.select_related("staff").order_by("starts_at", "pk")
    return [one.staff for one in found if _may_act(one.staff, treatment)]


def _holding(treatment: Treatment, role: Role, at: datetime) -> list[Person]:
    held = RoleAssignment.objects.running(at).filter(role=role, unit=treatment.unit_id)
    found = held.select_related("person").order_by("starts_at", "pk")
    return [one.person for one in found if _may_act(one.person, treatment)]


def _may_act(person: Person, treatment: Treatment) -> bool:
    return person.is_active and person.pk != treatment.patient_id


def may_open_desk(person: Person, treatment: Treatment, at: datetime) -> bool:
    """Whether her role lets her open patients at the unit; a manager acts through others."""
    return person.roles.running(at).that_may(Act.OPEN_DESK).filter(unit=treatment.unit_id).exists()


def works_as_manager(person: Person, treatment: Treatment, at: datetime) -> bool:
    """Whether she is somebody behind whom there is nobody; she may be away."""
    held = person.roles.running(at).filter(role=Role.UNIT_MANAGER, unit=treatment.unit_id)
    return _may_act(person, treatment) and held.exists()
