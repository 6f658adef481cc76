"""Seeds what the first desk's manager meets: a stand-in for a week, and an emergency access to look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.treatments.emergency import Why, open_in_emergency
from ikbt.treatments.models import CareRelation, Treatment
from ikbt.treatments.relating import give_relation

WHY = Why(
    "needs_care_now",
    "Patienten ringde hit och var mycket orolig. Ekhagen hade stängt och ingen svarade på deras nummer.",
)
# What she opened, as the log names it.
READ = ("treatment", "treatment", "module", "alert")


def seed_unit_scene(therapist: Person, unit: CareUnit, *, now: datetime) -> None:
    """Through the same functions as in real life; nothing where the unit has too few people or patients."""
    own = list(Treatment.objects.filter(therapist=therapist, unit=unit).running().order_by("starts_on", "pk"))
    manager = _first(Role.UNIT_MANAGER, unit)
    colleague = _first(Role.THERAPIST, unit, but=therapist)
    if len(own) < 2 or manager is None or colleague is None:
        return
    by = Actor(id=manager.pk, role=Role.UNIT_MANAGER, unit=unit.pk)
    give_relation(
        own[0],
        staff=colleague,
        kind=CareRelation.Kind.STAND_IN,
        until=now + timedelta(days=7),
        reason="Semester",
        by=by,
        at=now,
    )
    _open_from_elsewhere(own[1], now=now)


def _open_from_elsewhere(treatment: Treatment, *, now: datetime) -> None:
    """A therapist of another unit has the patient open at this moment; the manager has not looked at it yet."""
    elsewhere = RoleAssignment.objects.running(now).filter(role=Role.THERAPIST, unit__isnull=False)
    role = (
        elsewhere.exclude(unit=treatment.unit_id).select_related("person").order_by("person__email").first()
    )
    if role is None:
        return
    by = Actor(id=role.person_id, role=Role.THERAPIST, unit=role.unit_id)
    open_in_emergency(treatment, staff=role.person, why=WHY, confirmed=True, by=by, at=now)
    for kind in READ:
        record(
            Entry.Action.READ,
            by=by,
            kind=kind,
            object_id=treatment.pk,
            patient=treatment.patient_id,
            relation=CareRelation.Kind.EMERGENCY,
        )


def _first(role: Role, unit: CareUnit, *, but: Person | None = None) -> Person | None:
    held = (
        RoleAssignment.objects.filter(role=role, unit=unit).select_related("person").order_by("person__email")
    )
    return next((one.person for one in held if but is None or one.person_id != but.pk), None)
