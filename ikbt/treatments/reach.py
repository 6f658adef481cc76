"""Who can reach what, and why: for the care provider's analysis of needs and risks (HSLF-FS 2016:40, 4 kap.).

Counts alone, no patient: role by unit, how many hold it, how many patients they reach by which kind of care relation,
and how many more they could open in an emergency. Decides which roles are due for review.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.role_review import CONFIRM_EVERY
from ikbt.accounts.roles import MAY, Act, Role
from ikbt.treatments.models import CareRelation, Treatment


@dataclass(frozen=True)
class Reach:
    """One role at one unit; `unit` is empty for roles that belong to none."""

    unit: str
    role: str
    people: int
    may: tuple[str, ...]
    # Kind of care relation to the number of patients whom somebody in this role reaches by it.
    reached: dict[str, int]
    # Patients of the care provider whom she could open for an hour, with a reason, and whom she doesn't reach.
    in_emergency: int


@dataclass(frozen=True)
class ToReview:
    """A role that has run for long, and that nobody has set a last day for."""

    role: str
    unit: str
    person: str
    since: datetime


def reach(at: datetime) -> list[Reach]:
    """By unit and role, in their order. Three queries, however many people there are."""
    running = RoleAssignment.objects.running(at).filter(person__is_active=True).order_by()
    held = running.values_list("unit", "unit__name", "unit__provider", "role").annotate(
        Count("person", distinct=True)
    )
    by_relation = _by_relation({unit for unit, *_rest in held if unit}, at)
    by_provider = _by_provider({provider for _unit, _name, provider, *_rest in held if provider})
    rows = [
        Reach(
            unit=name or "",
            role=role,
            people=people,
            may=tuple(sorted(act.value for act in MAY[Role(role)])),
            reached=by_relation[unit, role],
            in_emergency=_in_emergency(Role(role), by_provider.get(provider, 0), by_relation[unit, role]),
        )
        for unit, name, provider, role, people in held
    ]
    return sorted(rows, key=lambda row: (row.unit, row.role))


def _in_emergency(role: Role, at_provider: int, reached: dict[str, int]) -> int:
    return max(at_provider - sum(reached.values()), 0) if Act.OPEN_IN_EMERGENCY in MAY[role] else 0


def _by_relation(units: set[UUID], at: datetime) -> defaultdict[tuple[Any, str], dict[str, int]]:
    """(unit, role) to kinds of relation and the patients reached by each."""
    works = Q(staff__roles__ends_at=None) | Q(staff__roles__ends_at__gt=at)
    counted = (
        CareRelation.objects.of_units(units)
        .on_duty(at)
        .filter(works, staff__roles__starts_at__lte=at, staff__roles__unit=F("treatment__unit"))
        .order_by()
        .values_list("treatment__unit", "staff__roles__role", "kind")
        .annotate(Count("treatment", distinct=True))
    )
    found: defaultdict[tuple[Any, str], dict[str, int]] = defaultdict(dict)
    for unit, role, kind, number in counted:
        if Act.OPEN_DESK in MAY[Role(role)]:
            found[unit, role][kind] = number
    return found


def _by_provider(providers: set[UUID]) -> dict[Any, int]:
    """Treatments at each care provider."""
    rows = Treatment.objects.of_providers(providers).order_by().values_list("unit__provider")
    return dict(rows.annotate(Count("pk")))


def to_review(at: datetime, *, after: timedelta = CONFIRM_EVERY) -> list[ToReview]:
    """Roles of staff without a last day that nobody has given or confirmed for long, the oldest first."""
    rows = (
        RoleAssignment.objects.to_confirm(at, after=after)
        .select_related("person", "unit")
        .order_by("starts_at", "pk")
    )
    return [
        ToReview(row.role, row.unit.name if row.unit else "", row.person.name, row.starts_at) for row in rows
    ]
