"""Moves a high risk alert that nobody has taken to who is next in line; each is asked once, and each step is logged."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from ikbt.accounts.models import CareUnit, Person
from ikbt.accounts.opening import opening_hours_of
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common.live import desk_group, push_on_commit
from ikbt.common.working_time import NeverOpen, OpeningHours, due_by, open_time_after
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.models import Alert, CareRelation, Treatment, TreatmentEvent
from ikbt.treatments.next_in_line import may_open_desk, next_in_line, who_acts, works_as_manager
from ikbt.treatments.relating import log_relation
from ikbt.treatments.thresholds import thresholds_of


def act_by(unit: CareUnit, *, is_high: bool, at: datetime) -> datetime:
    """When an alert raised at `at` must have been dealt with: opening hours for a high one, else working days."""
    numbers, hours = thresholds_of(unit), opening_hours_of(unit)
    if is_high:
        return in_opening_time(at, timedelta(hours=numbers.high_alert_hours), hours)
    return due_by(at, numbers.watch_alert_hours, closed_on=hours.closed_on)


def start_clock(alert: Alert, *, at: datetime) -> None:
    """Give a high risk alert that is being raised or lifted its owner and its next step; its raiser saves it.

    When the therapist no longer works there, whoever is next owns it from the start: no red flag is without owner.
    """
    found = next_in_line(alert.treatment, after=None, asked=(), at=at)
    if found is not None:
        alert.stage, alert.owner = found
    alert.asked = [str(alert.owner.pk)]
    alert.escalates_at = next_step(alert.treatment.unit, since=at)


def tell_owner(alert: Alert, *, at: datetime, anew: bool = False) -> None:
    """Let its owner in to the patient and mail her, neutrally and once; in the transaction that made her the owner.

    `anew`: it waits for her again after others had it, and the mail from then tells her nothing of that.
    """
    if may_open_desk(alert.owner, alert.treatment, at):
        let_in(alert.treatment, alert.owner, at=at)
    key = f"alert:{alert.pk}:{alert.owner.pk}"
    notify(alert.owner, Notice.Kind.TO_ACT, key=f"{key}:{at:%Y%m%d%H%M}" if anew else key, at=at)


def escalate(alert: Alert, *, at: datetime) -> int:
    """Move it on as many steps as its clock has passed by `at`; how many were made now.

    One that has been taken or closed meanwhile stays where it is. After downtime each step counts from when the one
    before it was due: nobody in line is left out, and nobody is asked twice.
    """
    steps = 0
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=alert.treatment_id)
        rows = Alert.objects.select_for_update(of=("self",)).select_related("treatment__unit")
        locked = rows.get(pk=alert.pk)
        while _is_due(locked, at):
            steps += _step(locked, at=at)
    return steps


def pass_to_cover(alert: Alert, *, at: datetime) -> bool:
    """Give an open alert that waits for somebody who is not there to who is; True when it waits for another now.

    What she had taken would look handled though she is gone: it waits again, a high one with its whole clock.
    """
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=alert.treatment_id)
        rows = Alert.objects.select_for_update(of=("self",)).select_related("treatment__unit", "owner")
        locked = rows.get(pk=alert.pk)
        if not Alert.objects.with_owner_gone(at).filter(pk=locked.pk).exists():
            return False
        former = locked.owner
        was_taken = Alert.objects.with_taker_gone(at).filter(pk=locked.pk).exists()
        if locked.is_red:
            _pass_high(locked, was_taken=was_taken, at=at)
        else:
            locked.owner = who_acts(locked.treatment, at=at)
        if locked.owner == former and not was_taken:
            return False
        if was_taken:
            locked.taken_by, locked.taken_at = None, None
        locked.save(update_fields=["owner", "stage", "asked", "escalates_at", "taken_by", "taken_at"])
        record(
            Entry.Action.CHANGE,
            by=SYSTEM,
            kind="alert",
            object_id=locked.pk,
            patient=locked.treatment.patient_id,
            reason=f"cover: owner {locked.owner_id}",
        )
        if locked.is_red and locked.taken_at is None:
            tell_owner(locked, at=at, anew=True)
        push_on_commit(
            desk_group(locked.treatment.unit_id),
            "alert",
            treatment=str(locked.treatment_id),
            alert=str(locked.pk),
        )
    return True


def _pass_high(alert: Alert, *, was_taken: bool, at: datetime) -> None:
    """From the beginning of the line; one that has come beyond the stand-in goes on to those not asked yet.

    Who was asked and did not act is not given a new hour because somebody behind her has gone.
    """
    treatment, asked = alert.treatment, {UUID(one) for one in alert.asked}
    is_beyond = alert.taken_at is None and alert.stage in {Alert.Stage.COORDINATOR, Alert.Stage.UNIT_MANAGER}
    if was_taken or not is_beyond:
        start_clock(alert, at=at)
        return
    found = next_in_line(treatment, after=Alert.Stage.STAND_IN, asked=asked, at=at)
    found = found or next_in_line(treatment, after=None, asked=asked, at=at)
    if found is not None:
        _ask(alert, found, since=at)
    elif not works_as_manager(alert.owner, treatment, at):
        start_clock(alert, at=at)


def _is_due(alert: Alert, at: datetime) -> bool:
    waits = alert.closed_at is None and alert.taken_at is None
    return waits and alert.escalates_at is not None and alert.escalates_at <= at


def _step(alert: Alert, *, at: datetime) -> int:
    treatment, due = alert.treatment, alert.escalates_at or at
    found = next_in_line(treatment, after=alert.stage, asked={UUID(one) for one in alert.asked}, at=at)
    if found is None:
        # Nobody is left to ask: it stays with the last one, red in every list of the unit.
        alert.escalates_at = None
        alert.save(update_fields=["escalates_at"])
        return 0
    _ask(alert, found, since=due)
    alert.save(update_fields=["stage", "owner", "asked", "escalates_at"])
    TreatmentEvent.objects.create(
        treatment=treatment,
        kind=TreatmentEvent.Kind.ALERT_ESCALATED,
        at=at,
        details={"alert": str(alert.pk), "stage": str(alert.stage), "owner": str(alert.owner.pk)},
    )
    record(
        Entry.Action.CHANGE,
        by=SYSTEM,
        kind="alert",
        object_id=alert.pk,
        patient=treatment.patient_id,
        reason=f"escalated to {alert.stage} {alert.owner.pk}",
    )
    tell_owner(alert, at=at)
    push_on_commit(desk_group(treatment.unit_id), "alert", treatment=str(treatment.pk), alert=str(alert.pk))
    return 1


def _ask(alert: Alert, found: tuple[Alert.Stage, Person], *, since: datetime) -> None:
    alert.stage, alert.owner = found
    alert.asked = [*alert.asked, str(alert.owner.pk)]
    alert.escalates_at = next_step(alert.treatment.unit, since=since)


def next_step(unit: CareUnit, *, since: datetime) -> datetime:
    """When whoever was asked at `since` has had her time."""
    minutes = thresholds_of(unit).escalate_minutes
    return in_opening_time(since, timedelta(minutes=minutes), opening_hours_of(unit))


def in_opening_time(since: datetime, wanted: timedelta, hours: OpeningHours) -> datetime:
    """So much opening time later. A unit closed for months still gets answers: then plain hours count."""
    try:
        return open_time_after(since, wanted, hours)
    except NeverOpen:
        return since + wanted


def let_in(treatment: Treatment, owner: Person, *, at: datetime) -> None:
    """Whoever is asked to act can open the patient: a coordinator without a relation gets one for some days."""
    if CareRelation.objects.on_duty(at).filter(treatment=treatment, staff=owner).exists():
        return
    relation = CareRelation.objects.create(
        treatment=treatment,
        staff=owner,
        kind=CareRelation.Kind.COORDINATOR,
        starts_at=at,
        ends_at=at + timedelta(days=thresholds_of(treatment.unit).escalation_days),
    )
    log_relation(Entry.Action.CREATE, relation, by=SYSTEM, what=f"{relation.kind} to {owner.pk}")
