"""Reminds those who look after access: decides who is owed a neutral mail for a review that is late, once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from ikbt.accounts.models import Person, RoleAssignment
from ikbt.accounts.opening import opening_hours_of
from ikbt.accounts.role_review import CONFIRM_EVERY, OVERDUE_AFTER
from ikbt.accounts.roles import GIVEN_BY_MANAGER, Role
from ikbt.common.clock import local_date
from ikbt.common.working_time import due_by
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.models import EmergencyAccess

# Within so many working days the head has looked at an emergency access.
REVIEW_DAYS = 5
Reviewers = Mapping[UUID | None, Sequence[Person]]


@dataclass(frozen=True)
class Owed:
    """One person is to be told that something at one place (None: no unit) has been late since a day."""

    what: str
    place: UUID | None
    person: Person
    day: date

    @property
    def prefix(self) -> str:
        """Of the business key: what comes late on a later day is told of anew, all of one day once."""
        return f"{self.what}:{self.place or 'service'}:{self.person.pk}:"


def owed_reminders(at: datetime) -> list[Owed]:
    """Of each person and place the newest day, where she has not been told of that or a later one."""
    newest: dict[str, Owed] = {}
    reviewers = _reviewers(at)
    for one in (*_emergencies(reviewers, at), *_roles(reviewers, at)):
        if one.prefix not in newest or newest[one.prefix].day < one.day:
            newest[one.prefix] = one
    return [one for one in newest.values() if not _is_told(one)]


def remind(owed: Owed, *, at: datetime) -> bool:
    """Queue the mail; the key makes it one, however many workers try."""
    if _is_told(owed):
        return False
    return notify(owed.person, Notice.Kind.TO_ACT, key=f"{owed.prefix}{owed.day}", at=at) is not None


def _is_told(owed: Owed) -> bool:
    told = Notice.objects.filter(key__startswith=owed.prefix).values_list("key", flat=True)
    return any(key >= f"{owed.prefix}{owed.day}" for key in told)


def _reviewers(at: datetime) -> Reviewers:
    """Managers by unit, and under None the administrators."""
    rows = RoleAssignment.objects.running(at).filter(person__is_active=True)
    rows = rows.filter(role__in=[Role.UNIT_MANAGER, Role.ADMINISTRATOR]).select_related("person")
    found: dict[UUID | None, list[Person]] = defaultdict(list)
    for row in rows.defer("person__personal_number").order_by("starts_at", "pk"):
        found[None if row.role == Role.ADMINISTRATOR else row.unit_id].append(row.person)
    return found


def _whom(reviewers: Reviewers, place: UUID | None, *, but: Collection[UUID]) -> list[Person]:
    """Who looks after a place; where only those would be left whom it is about, the administrators."""
    for key in (place, None):
        people = [one for one in reviewers.get(key, ()) if one.pk not in but]
        if people:
            return people
    return []


def _emergencies(reviewers: Reviewers, at: datetime) -> Iterator[Owed]:
    """Emergency accesses that nobody has decided about in time."""
    rows = EmergencyAccess.objects.waiting(before=at - timedelta(days=REVIEW_DAYS))
    for one in rows.select_related("relation__treatment__unit"):
        treatment = one.relation.treatment
        closed_on = opening_hours_of(treatment.unit).closed_on
        due = due_by(one.relation.starts_at, 24 * REVIEW_DAYS, closed_on=closed_on)
        if due > at:
            continue
        about = {one.relation.staff_id, treatment.patient_id}
        for person in _whom(reviewers, treatment.unit_id, but=about):
            yield Owed("reviews", treatment.unit_id, person, local_date(due))


def _roles(reviewers: Reviewers, at: datetime) -> Iterator[Owed]:
    """Roles whose confirmation is overdue: a manager's to confirm, or else an administrator's; nobody's her own."""
    late_after = CONFIRM_EVERY + OVERDUE_AFTER
    rows = RoleAssignment.objects.to_confirm(at, after=late_after).filter(person__is_active=True)
    for one in rows.order_by("pk"):
        since = local_date((one.confirmed_at or one.starts_at) + late_after)
        place = one.unit_id if one.role in GIVEN_BY_MANAGER else None
        for person in _whom(reviewers, place, but={one.person_id}):
            yield Owed("roles", place, person, since)
