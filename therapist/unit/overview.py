"""The manager's first page: decides what she sees of her units; of patients a number and whose they are, no more."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.treatments.models import Alert, CareRelation, Treatment
from therapist import wording
from therapist.menu import waiting_reviews
from therapist.unit.working import who_work


@dataclass(frozen=True)
class OpenAlert:
    """A high alert as a manager sees it: since when, and whose it is to act."""

    owner: str
    since: str
    since_at: datetime
    taken: str


@dataclass(frozen=True)
class Overview:
    """What templates/therapist/unit/overview.html shows."""

    roles: list[tuple[str, int]]
    # Roles that somebody must say are still needed.
    to_confirm: int
    patients: int
    without_therapist: int
    stand_ins: int
    # Therapists who are away while nobody who is there covers, and how many patients that leaves.
    uncovered: list[tuple[str, int]]
    reviews: int
    alerts: list[OpenAlert]


def read_overview(desk: AtUnits, *, at: datetime) -> Overview:
    """The units that she manages; the number of queries doesn't grow with them."""
    treatments = Treatment.objects.of_units(desk.units).in_somebodys_care()
    working = who_work(desk.units, at=at)
    responsible = list(treatments.values_list("therapist_id", "unit_id"))
    stand_ins = CareRelation.objects.of_units(desk.units).running(at)
    return Overview(
        roles=_held_roles(desk, at=at),
        to_confirm=RoleAssignment.objects.to_confirm(at).filter(unit__in=desk.units).count(),
        patients=len(responsible),
        without_therapist=sum(1 for pair in responsible if pair not in working),
        stand_ins=stand_ins.filter(kind=CareRelation.Kind.STAND_IN).count(),
        uncovered=_uncovered(desk, at=at),
        reviews=waiting_reviews(desk.person, desk.units),
        alerts=open_alerts(desk, at=at),
    )


def open_alerts(desk: AtUnits, *, at: datetime) -> list[OpenAlert]:
    """High risk alerts that nobody has closed, the oldest first; nothing of whom they are about."""
    alerts = (
        Alert.objects.of_units(desk.units)
        .filter(kind=Alert.Kind.RISK, level=Alert.Level.HIGH, closed_at=None)
        .exclude(treatment__patient=desk.person.pk)
        .select_related("owner", "taken_by")
        .defer("owner__personal_number", "taken_by__personal_number", "note")
    )
    return [
        OpenAlert(
            owner=alert.owner.name,
            since=wording.ago(alert.raised_at, at),
            since_at=alert.raised_at,
            taken=wording.taken(alert, at),
        )
        for alert in alerts
    ]


def _uncovered(desk: AtUnits, *, at: datetime) -> list[tuple[str, int]]:
    bare = Treatment.objects.of_units(desk.units).running().uncovered(at).order_by("therapist__last_name")
    names = bare.values_list("therapist__first_name", "therapist__last_name")
    return [(f"{first} {last}".strip(), number) for (first, last), number in Counter(names).items()]


def _held_roles(desk: AtUnits, *, at: datetime) -> list[tuple[str, int]]:
    held = RoleAssignment.objects.running(at).filter(unit__in=desk.units, person__is_active=True)
    counted = held.exclude(role=Role.PATIENT).values_list("role").annotate(n=Count("person", distinct=True))
    number = dict(counted.order_by("role"))
    return [(str(role.label), number[role.value]) for role in Role if role.value in number]
