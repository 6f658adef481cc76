"""Absence cover: decides who may register one, and gives exactly those relations that cover it while it lasts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import CareUnit, Person, RoleAssignment
from ikbt.accounts.roles import Act, Role
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.cover_plan import Away, Cover, cover_of
from ikbt.treatments.models import Absence, CareRelation, Treatment
from ikbt.treatments.relating import log_relation

Kind = CareRelation.Kind
# Who is gone for longer hands her patients over.
LONGEST = timedelta(days=400)
COVERING = (Role.THERAPIST, Role.STAND_IN)
# Treatment, absence, and who covers.
Key = tuple[UUID, UUID, UUID]
# Who is away, and the parts of each absence.
Plans = Mapping[UUID, list[tuple[Absence, list[Cover]]]]


@dataclass(frozen=True)
class _Difference:
    """What is to be done for the relations to be as the absences say."""

    begin: list[CareRelation]
    change: list[tuple[CareRelation, datetime, datetime]]
    end: list[CareRelation]

    def is_any(self) -> bool:
        return bool(self.begin or self.change or self.end)

    def treatments(self) -> set[UUID]:
        changed = [row for row, _since, _until in self.change]
        return {row.treatment_id for row in (*self.begin, *changed, *self.end)}


def register_absence(
    person: Person,
    *,
    unit: CareUnit,
    until: datetime,
    by: Actor,
    at: datetime,
    since: datetime | None = None,
    stand_in: Person | None = None,
) -> Absence:
    """She is away from `since` (now when None) until `until`; whoever covers has a relation for just that time.

    By herself, the coordinator or the manager. Raises ValidationError with one of the codes "giver", "person",
    "until", "since", "stand_in".
    """
    since = max(since or at, at)
    registrar = guard_registrar(person, unit=unit, by=by, at=at)
    _guard_span(since, until)
    _guard_stand_in(person, stand_in, unit=unit, by=by, at=at)
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=unit.pk)
        if Absence.objects.filter(person=person, unit=unit).overlapping(since, until).exists():
            raise ValidationError(_("An absence is registered for those days already."), code="since")
        made = Absence.objects.create(
            person=person,
            unit=unit,
            starts_at=since,
            ends_at=until,
            stand_in=stand_in,
            registered_by_id=registrar,
            registered_at=at,
        )
        _arrange(unit.pk, at=at)
        record(Entry.Action.CREATE, by=by, kind="absence", object_id=made.pk, reason=f"of {person.pk}")
        push_on_commit(desk_group(unit.pk), "work")
    return made


def change_absence(
    absence: Absence, *, until: datetime, stand_in: Person | None, by: Actor, at: datetime
) -> Absence:
    """Another last day or stand-in; `until` now or before ends it, or calls off one that has not begun."""
    guard_registrar(absence.person, unit=absence.unit, by=by, at=at)
    if stand_in is not None and stand_in.pk != absence.stand_in_id:
        _guard_stand_in(absence.person, stand_in, unit=absence.unit, by=by, at=at)
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=absence.unit_id)
        locked = Absence.objects.select_for_update().get(pk=absence.pk)
        if locked.ends_at <= at:
            return locked
        locked.ends_at = max(until, at if locked.starts_at <= at else locked.starts_at)
        if until > at:
            _guard_span(locked.starts_at, locked.ends_at)
        others = Absence.objects.filter(person=locked.person_id, unit=locked.unit_id).exclude(pk=locked.pk)
        if others.overlapping(locked.starts_at, locked.ends_at).exists():
            raise ValidationError(_("An absence is registered for those days already."), code="until")
        locked.stand_in = stand_in
        locked.save(update_fields=["ends_at", "stand_in"])
        _arrange(locked.unit_id, at=at)
        record(
            Entry.Action.CHANGE, by=by, kind="absence", object_id=locked.pk, reason=f"of {locked.person_id}"
        )
        push_on_commit(desk_group(locked.unit_id), "work")
    return locked


def arrange_cover(unit_id: UUID, *, at: datetime) -> bool:
    """For the clock: patients who have come to somebody absent since, a role that has ended. True when it did any."""
    if not _difference(unit_id, None, at=at).is_any():
        return False
    with transaction.atomic():
        CareUnit.objects.select_for_update().get(pk=unit_id)
        return _arrange(unit_id, at=at)


def cover(treatment: Treatment, *, at: datetime) -> None:
    """One whose therapist is new, in the transaction that made it so, under its lock."""
    _write(_difference(treatment.unit_id, {treatment.pk}, at=at), at=at)


def gaps_in(absences: Iterable[Absence], *, at: datetime) -> dict[UUID, timedelta]:
    """For each how long, from now on, nobody covers: none is named or there, nor is a coordinator; a query a unit."""
    units: dict[UUID, list[Absence]] = defaultdict(list)
    for absence in absences:
        units[absence.unit_id].append(absence)
    gaps: dict[UUID, timedelta] = {}
    for unit_id, found in units.items():
        for absence, parts in (one for plan in _plans(unit_id, found, at=at).values() for one in plan):
            covered = sum((part.until - max(part.since, at) for part in parts), timedelta())
            gaps[absence.pk] = absence.ends_at - max(absence.starts_at, at) - covered
    return gaps


def guard_registrar(person: Person, *, unit: CareUnit, by: Actor, at: datetime) -> UUID:
    """Whose id registers it: she herself, the coordinator or the manager; and she works there."""
    held = RoleAssignment.objects.running(at).filter(unit=unit)
    if by.id is None or (
        by.id != person.pk and not held.that_may(Act.GIVE_RELATIONS).filter(person=by.id).exists()
    ):
        raise ValidationError(
            _("Only the person concerned, the coordinator or the unit manager registers that."), code="giver"
        )
    if not held.filter(person=person).exclude(role=Role.PATIENT).exists():
        raise ValidationError(_("This person does not work at the unit."), code="person")
    return by.id


def _guard_span(since: datetime, until: datetime) -> None:
    if until <= since:
        raise ValidationError(_("The end must come after the beginning."), code="until")
    if until - since > LONGEST:
        raise ValidationError(
            _("That is more than a year: let the patients have another therapist instead."), code="until"
        )


def _guard_stand_in(
    person: Person, stand_in: Person | None, *, unit: CareUnit, by: Actor, at: datetime
) -> None:
    if stand_in is None:
        return
    if stand_in.pk == person.pk:
        raise ValidationError(_("Nobody stands in for themselves."), code="stand_in")
    if stand_in.pk == by.id:
        raise ValidationError(
            _("Nobody gives themselves a care relation: let a colleague do it."), code="stand_in"
        )
    works = stand_in.roles.running(at).filter(role__in=COVERING, unit=unit)
    if not stand_in.is_active or not works.exists():
        raise ValidationError(_("The stand-in must be somebody who treats at the unit."), code="stand_in")


def _arrange(unit_id: UUID, *, at: datetime) -> bool:
    """Under the unit's lock; all treatments are locked, in one order, before anything is written."""
    touched = _difference(unit_id, None, at=at).treatments()
    if not touched:
        return False
    list(Treatment.objects.select_for_update().filter(pk__in=touched).saying_whose().order_by("pk"))
    _write(_difference(unit_id, touched, at=at), at=at)
    return True


def _difference(unit_id: UUID, only: Collection[UUID] | None, *, at: datetime) -> _Difference:
    """What stands against what should; five queries, and none more however many patients there are."""
    absences = list(Absence.objects.unfinished(at).filter(unit=unit_id))
    rows, found = _standing(unit_id, only, at=at), _Difference([], [], [])
    if absences:
        treatments = Treatment.objects.of_units([unit_id]).in_somebodys_care()
        treatments = treatments.filter(therapist__in=[one.person_id for one in absences])
        plans, taken_back = _plans(unit_id, absences, at=at), _taken_back(unit_id, absences)
        for treatment in treatments if only is None else treatments.filter(pk__in=only):
            _compare(treatment, _wanted(treatment, plans, taken_back), rows, found, at=at)
    found.end.extend(row for left in rows.values() for row in left)
    return found


def _standing(unit_id: UUID, only: Collection[UUID] | None, *, at: datetime) -> dict[Key, list[CareRelation]]:
    """Relations that cover for somebody, in force or given for later."""
    standing = CareRelation.objects.of_units([unit_id]).unfinished(at).filter(absence__isnull=False)
    if only is not None:
        standing = standing.filter(treatment__in=only)
    rows: dict[Key, list[CareRelation]] = defaultdict(list)
    for row in standing.select_related("treatment").order_by("starts_at"):
        if row.absence_id is not None:
            rows[row.treatment_id, row.absence_id, row.staff_id].append(row)
    return rows


def _wanted(treatment: Treatment, plans: Plans, taken_back: Collection[Key]) -> list[tuple[Absence, Cover]]:
    """Who is to cover this patient when; nobody for herself, nor whom a human has taken it back from."""
    return [
        (absence, part)
        for absence, parts in plans[treatment.therapist_id]
        for part in parts
        if part.staff != treatment.patient_id and (treatment.pk, absence.pk, part.staff) not in taken_back
    ]


def _plans(unit_id: UUID, absences: list[Absence], *, at: datetime) -> Plans:
    held = RoleAssignment.objects.running(at).filter(unit=unit_id, person__is_active=True)
    roles = list(held.order_by("starts_at", "pk").values_list("person_id", "role"))
    treating = {person for person, role in roles if role in COVERING}
    coordinators = [person for person, role in roles if role == Role.COORDINATOR]
    away = [Away(one.person_id, one.starts_at, one.ends_at) for one in absences]
    plans: dict[UUID, list[tuple[Absence, list[Cover]]]] = defaultdict(list)
    for absence, span in zip(absences, away, strict=True):
        named = absence.stand_in_id if absence.stand_in_id in treating else None
        parts = cover_of(span, stand_in=named, coordinators=coordinators, away=away)
        plans[absence.person_id].append((absence, [part for part in parts if part.until > at]))
    return plans


def _taken_back(unit_id: UUID, absences: list[Absence]) -> set[Key]:
    """Relations that a human has ended: nobody gives them again behind her back."""
    ended = CareRelation.objects.of_units([unit_id]).filter(absence__in=absences, ended_by__isnull=False)
    return {
        (treatment, absence, staff)
        for treatment, absence, staff in ended.values_list("treatment_id", "absence_id", "staff_id")
        if absence is not None
    }


def _compare(
    treatment: Treatment,
    wanted: list[tuple[Absence, Cover]],
    rows: dict[Key, list[CareRelation]],
    found: _Difference,
    *,
    at: datetime,
) -> None:
    """Takes what is right out of `rows`; what is left there when all are compared covers for nobody."""
    for absence, part in wanted:
        standing = rows[treatment.pk, absence.pk, part.staff]
        fits = [row for row in standing if _overlap(row, part)]
        if not fits:
            found.begin.append(_relation(treatment, absence, part, at=at))
            continue
        standing.remove(fits[0])
        # What has begun has begun; only what is to come can begin at another time.
        since = max(part.since, at) if fits[0].starts_at > at else fits[0].starts_at
        if (fits[0].starts_at, fits[0].ends_at) != (since, part.until):
            found.change.append((fits[0], since, part.until))


def _overlap(row: CareRelation, part: Cover) -> bool:
    return row.starts_at < part.until and (row.ends_at is None or row.ends_at > part.since)


def _relation(treatment: Treatment, absence: Absence, part: Cover, *, at: datetime) -> CareRelation:
    return CareRelation(
        treatment=treatment,
        staff_id=part.staff,
        kind=Kind.STAND_IN if part.is_stand_in else Kind.COORDINATOR,
        starts_at=max(part.since, at),
        ends_at=part.until,
        given_by_id=absence.registered_by_id if part.is_stand_in else None,
        absence=absence,
    )


def _write(difference: _Difference, *, at: datetime) -> None:
    for row in difference.end:
        # One that has not begun gets no length: nobody was ever let in by it.
        row.starts_at, row.ends_at = min(row.starts_at, at), at
        row.save(update_fields=["starts_at", "ends_at"])
        end_sockets_on_commit(row.staff_id)
        log_relation(Entry.Action.CHANGE, row, by=SYSTEM, what=f"{row.kind} of {row.staff_id} ended: absence")
    for row, since, until in difference.change:
        row.starts_at, row.ends_at = since, until
        row.save(update_fields=["starts_at", "ends_at"])
        log_relation(Entry.Action.CHANGE, row, by=SYSTEM, what=f"{row.kind} of {row.staff_id}: absence")
    for row in difference.begin:
        row.save()
        log_relation(Entry.Action.CREATE, row, by=SYSTEM, what=f"{row.kind} to {row.staff_id}: absence")
