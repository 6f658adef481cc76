"""Who works at the unit, as a manager sees it: decides which roles she may end, and says what would follow."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.role_review import ReviewState, review_state
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Role
from ikbt.treatments.models import Treatment


@dataclass(frozen=True)
class StaffRow:
    """One role of one person at one unit."""

    name: str
    title: str
    role: str
    unit: str
    since: datetime
    given_by: str
    active: bool
    # How many patients' responsible therapist she is, told at her role as therapist.
    patients: int
    # Empty: it isn't the reader's to end.
    end_url: str
    # Whether somebody must say that it is still needed.
    review: ReviewState
    # When somebody last did; None: nobody has since it began.
    confirmed: datetime | None
    # Empty: it isn't the reader's to confirm.
    confirm_url: str

    @property
    def is_due(self) -> bool:
        """Stands on top of the page until somebody has decided."""
        return self.review is not ReviewState.CURRENT

    @property
    def waits(self) -> str:
        """How it stands, in words."""
        return _("Overdue") if self.review is ReviewState.OVERDUE else _("To be confirmed")


def staff_rows(desk: AtUnits, *, at: datetime) -> list[StaffRow]:
    """Everybody with a role at the units, by name; two queries."""
    held = (
        RoleAssignment.objects.running(at)
        .filter(unit__in=desk.units)
        .exclude(role=Role.PATIENT)
        .select_related("person", "unit", "given_by")
        .defer("person__personal_number", "given_by__personal_number")
        .order_by("person__last_name", "person__first_name", "starts_at")
    )
    answering = responsible_for(desk.units)
    return [_row(role, desk.person, answering, at) for role in held]


def responsible_for(units: Collection[UUID]) -> dict[tuple[UUID, UUID], int]:
    """(therapist, unit) to how many patients she answers for."""
    treatments = Treatment.objects.of_units(units).in_somebodys_care().order_by()
    counted = treatments.values_list("therapist_id", "unit_id").annotate(n=Count("pk", distinct=True))
    return {(therapist, unit): number for therapist, unit, number in counted}


def colleagues(desk: AtUnits, *, at: datetime) -> list[Person]:
    """Those with a role at the units already, but for the reader."""
    held = RoleAssignment.objects.running(at).filter(unit__in=desk.units).exclude(role=Role.PATIENT)
    people = Person.objects.filter(roles__in=held, is_active=True).exclude(pk=desk.person.pk)
    return list(people.defer("personal_number").distinct())


def units_of(desk: AtUnits) -> list[CareUnit]:
    """The units that she manages, by name."""
    return list(CareUnit.objects.filter(pk__in=desk.units))


def _row(
    role: RoleAssignment, reader: Person, answering: dict[tuple[UUID, UUID], int], at: datetime
) -> StaffRow:
    unit = role.unit
    may_end = role.role in GIVEN_BY_MANAGER and role.person_id != reader.pk
    is_therapist = role.role == Role.THERAPIST and role.unit_id is not None
    return StaffRow(
        name=role.person.name,
        title=role.person.title,
        role=str(role.get_role_display()),
        unit=unit.name if unit else "",
        since=role.starts_at,
        given_by=role.given_by.name if role.given_by else "",
        active=role.person.is_active,
        patients=answering.get((role.person_id, role.unit_id), 0) if is_therapist else 0,  # type: ignore[arg-type]
        end_url=reverse("unit:end_role", args=[role.pk]) if may_end else "",
        review=review_state(role, at),
        confirmed=role.confirmed_at,
        # Who may end a role may confirm it.
        confirm_url=reverse("unit:confirm_role", args=[role.pk]) if may_end else "",
    )
