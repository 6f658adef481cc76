"""The unit's queue: decides who waits for whom to act; in a word why, never what was written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.access import AtUnits
from ikbt.accounts.models import CareUnit
from ikbt.accounts.opening import opening_hours_of
from ikbt.audit.recording import record_list
from ikbt.common.working_time import NeverOpen, promised_by
from ikbt.treatments.models import Absence, Alert, Message, ModuleProgress, Transfer, Treatment
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.unfinished import Unfinished, unfinished_at
from therapist import wording
from therapist.caseload import name_in_lists
from therapist.unit.working import who_work

KIND = "unit queue"
# A list that is longer is no list to work by; the oldest come first.
MOST = 100
# Of the alerts that are passed on to nobody those that may mean danger: past their time the unit sees them too.
DANGER = frozenset(
    {
        Alert.Kind.RISK,
        Alert.Kind.CHECK,
        Alert.Kind.SLEEPINESS,
        Alert.Kind.RECALL,
        Alert.Kind.DETERIORATION,
    }
)
# And what only a decision of the therapist's ends: a pause that is over, a wish to stop, an end.
TOLD_LATE = DANGER | {Alert.Kind.COURSE}


@dataclass(frozen=True)
class Waiting:
    """One patient who waits: for what in a word, since when, until when, and whose it is to act."""

    url: str
    name: str
    what: str
    since: datetime
    ago: str
    # Empty: no clock runs.
    due: str
    is_late: bool
    owner: str
    # Who has taken it; or that its owner is not there.
    note: str
    patient_id: UUID


@dataclass(frozen=True)
class Queue:
    """What templates/therapist/unit/queue.html shows, each part with the oldest first."""

    high: list[Waiting]
    unanswered: list[Waiting]
    # How many of these are not shown.
    more: int
    ready: list[Waiting]
    ownerless: list[Waiting]
    transfers: list[Waiting]
    # Courses whose end nobody has made: the closing talk, the closing of the case.
    unfinished: list[Waiting]

    @property
    def parts(self) -> tuple[list[Waiting], ...]:
        """All of them."""
        return (self.high, self.unanswered, self.ready, self.ownerless, self.transfers, self.unfinished)


def read_queue(desk: AtUnits, *, at: datetime) -> Queue:
    """All that waits at her units but what is about herself; each patient named is written to the log."""
    there = _Presence(who_work(desk.units, at=at), _away(desk.units, at=at))
    left = unfinished_at(desk.units, but=desk.person.pk, most=MOST, at=at)
    alerts = _not_told(_open_alerts(desk), left)
    waiting = _oldest_first([*_late_alerts(alerts, there, at=at), *_unanswered(desk, there, at=at)])
    queue = Queue(
        high=_rows([one for one in alerts if one.is_red], there, at=at),
        unanswered=waiting[:MOST],
        more=len(waiting[MOST:]),
        ready=[_ready(one, at=at) for one in _to_start(desk)],
        ownerless=_rows(_ownerless(alerts, there), there, at=at),
        transfers=[_transfer(one, desk, at=at) for one in _transfers(desk)],
        unfinished=[_unfinished(one, there, at=at) for one in left],
    )
    _log(queue, desk)
    return queue


def _not_told(alerts: Iterable[Alert], left: Iterable[Unfinished]) -> list[Alert]:
    """Without the tasks about courses that stand there already as not ended."""
    told = {one.treatment.pk for one in left}
    return [one for one in alerts if one.kind != Alert.Kind.COURSE or one.treatment_id not in told]


def _oldest_first(rows: Iterable[Waiting]) -> list[Waiting]:
    return sorted(rows, key=lambda one: one.since)


def _ownerless(alerts: Iterable[Alert], there: _Presence) -> list[Alert]:
    return [one for one in alerts if not one.is_red and not there.is_there(one)]


def _log(queue: Queue, desk: AtUnits) -> None:
    named = dict.fromkeys(row.patient_id for part in queue.parts for row in part)
    if named:
        record_list(by=desk.actor, kind=KIND, patients=named, relation=desk.actor.role)


@dataclass(frozen=True)
class _Presence:
    """(person, unit) of those who work there, and of those who are away."""

    working: set[tuple[UUID, UUID]]
    away: set[tuple[UUID, UUID]]

    def note(self, owner: UUID, unit: UUID) -> str:
        if (owner, unit) in self.away:
            return _("Away now")
        return "" if (owner, unit) in self.working else _("Doesn't work here now")

    def is_there(self, alert: Alert) -> bool:
        return not self.note(alert.owner_id, alert.treatment.unit_id)


def _away(units: Sequence[UUID], *, at: datetime) -> set[tuple[UUID, UUID]]:
    return set(Absence.objects.running(at).at_units(units).values_list("person_id", "unit_id"))


def _rows(alerts: Sequence[Alert], there: _Presence, *, at: datetime) -> list[Waiting]:
    return [_alert(one, there, at=at) for one in alerts[:MOST]]


def _late_alerts(alerts: Sequence[Alert], there: _Presence, *, at: datetime) -> list[Waiting]:
    """Those at watch that may mean danger or wait for a decision, past their time though their owner is there."""
    late = [one for one in alerts if one.kind in TOLD_LATE and one.due_at <= at and not one.is_red]
    return [_alert(one, there, at=at) for one in late if there.is_there(one)]


def _open_alerts(desk: AtUnits) -> list[Alert]:
    """The red ones first, then the oldest."""
    rows = (
        Alert.objects.of_units(desk.units)
        .filter(closed_at=None)
        .exclude(treatment__patient=desk.person.pk)
        .select_related("owner", "taken_by", "treatment__patient")
        .defer("note", "owner__personal_number", "taken_by__personal_number")
        .order_by("due_at")
    )
    return list(rows.defer("treatment__patient__personal_number"))


def _alert(alert: Alert, there: _Presence, *, at: datetime) -> Waiting:
    what = _("High risk") if alert.is_red else str(alert.get_kind_display()).capitalize()
    note = wording.taken(alert, at) or there.note(alert.owner_id, alert.treatment.unit_id)
    return _row(
        alert.treatment, what, alert.raised_at, at=at, due=alert.due_at, owner=alert.owner.name, note=note
    )


def _unanswered(desk: AtUnits, there: _Presence, *, at: datetime) -> list[Waiting]:
    """Messages and handed-in work that nobody has answered within the unit's limit, one row a patient and kind."""
    # A working day has no more hours than a day: what is younger than the shortest limit can't be late.
    numbers = [thresholds_of(unit) for unit in CareUnit.objects.filter(pk__in=desk.units)]
    hours = min((min(one.answer_hours, one.feedback_red_hours) for one in numbers), default=24)
    before = at - timedelta(hours=hours)
    people = ("treatment__patient", "treatment__therapist", "treatment__unit")
    messages = Message.objects.waiting_at(desk.units, before=before).exclude(
        treatment__patient=desk.person.pk
    )
    work = ModuleProgress.objects.waiting_at(desk.units, before=before).exclude(
        treatment__patient=desk.person.pk
    )
    found: dict[tuple[UUID, str], Waiting] = {}
    for one in messages.select_related(*people).defer("body").order_by("sent_at"):
        limit = thresholds_of(one.treatment.unit).answer_hours
        _keep(found, one.treatment, _("Message"), one.sent_at, limit, there, at=at)
    for row in work.select_related(*people).order_by("submitted_at"):
        limit = thresholds_of(row.treatment.unit).feedback_red_hours
        _keep(found, row.treatment, _("Handed-in work"), row.submitted_at or at, limit, there, at=at)
    return list(found.values())


def _keep(
    found: dict[tuple[UUID, str], Waiting],
    treatment: Treatment,
    what: str,
    since: datetime,
    hours: int,
    there: _Presence,
    *,
    at: datetime,
) -> None:
    try:
        due = promised_by(since, hours, closed_on=opening_hours_of(treatment.unit).closed_on)
    except NeverOpen:
        due = since + timedelta(hours=hours)
    if due > at or (treatment.pk, what) in found:
        return
    note = there.note(treatment.therapist_id, treatment.unit_id)
    found[treatment.pk, what] = _row(
        treatment, what, since, at=at, due=due, owner=treatment.therapist.name, note=note
    )


def _to_start(desk: AtUnits) -> Iterable[Treatment]:
    rows = Treatment.objects.of_units(desk.units).filter(state=Treatment.State.READY)
    rows = rows.exclude(patient=desk.person.pk).select_related("patient", "therapist").order_by("created_at")
    return rows.defer("patient__personal_number", "therapist__personal_number")[:MOST]


def _ready(treatment: Treatment, *, at: datetime) -> Waiting:
    what = _("To start %(day)s") % {"day": treatment.starts_on.isoformat()}
    return _row(treatment, what, treatment.created_at, at=at, owner=treatment.therapist.name)


def _unfinished(one: Unfinished, there: _Presence, *, at: datetime) -> Waiting:
    treatment, what = one.treatment, _("Closing talk") if one.is_closing else _("Case to close")
    note = there.note(treatment.therapist_id, treatment.unit_id)
    return _row(treatment, what, one.since, at=at, due=one.due_at, owner=treatment.therapist.name, note=note)


def _transfers(desk: AtUnits) -> list[Transfer]:
    rows = Transfer.objects.at_units(desk.units).exclude(treatment__patient=desk.person.pk)
    rows = rows.select_related("treatment__patient", "from_unit", "to_unit").order_by("offered_at")
    return list(rows.defer("summary", "kept", "treatment__patient__personal_number")[:MOST])


def _transfer(offer: Transfer, desk: AtUnits, *, at: datetime) -> Waiting:
    comes = offer.to_unit_id in desk.units
    what = (
        _("From %(unit)s") % {"unit": offer.from_unit.name}
        if comes
        else _("To %(unit)s") % {"unit": offer.to_unit.name}
    )
    return _row(
        offer.treatment,
        what,
        offer.offered_at,
        at=at,
        due=offer.answer_by,
        owner=offer.to_unit.name,
        is_ours=offer.treatment.unit_id in desk.units,
    )


def _row(
    treatment: Treatment,
    what: str,
    since: datetime,
    *,
    at: datetime,
    owner: str,
    due: datetime | None = None,
    note: str = "",
    is_ours: bool = True,
) -> Waiting:
    more: dict[str, Any] = {"owner": owner, "note": note, "patient_id": treatment.patient_id}
    return Waiting(
        # Whose relations are another unit's opens nothing here.
        url=reverse("unit:relation", args=[treatment.pk]) if is_ours else "",
        name=name_in_lists(treatment),
        what=what,
        since=since,
        ago=wording.ago(since, at),
        due=wording.until(due, at) if due else "",
        is_late=due is not None and due <= at,
        **more,
    )
