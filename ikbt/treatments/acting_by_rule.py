"""Does what a rule asks for: decides that each business key is done once, and only while it is wanted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction

from ikbt.accounts.models import CareUnit
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, record
from ikbt.common.clock import local_date
from ikbt.common.live import desk_group, push_on_commit
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify_by_rule
from ikbt.treatments.alerting import lock_treatment, raise_alert
from ikbt.treatments.automatic_rules import SILENCE, Does, Rule, due_steps, key_of
from ikbt.treatments.models import Alert, AutomaticAct, Treatment, TreatmentEvent
from ikbt.treatments.still_wanted import asked_of_any, silent_since, told_risk, why_not, written_to
from ikbt.treatments.switching import Switches
from ikbt.treatments.thresholds import thresholds_of


@dataclass(frozen=True)
class Due:
    """A rule that is due for one treatment, because of what belongs to a day."""

    rule: Rule
    treatment: Treatment
    day: date

    @property
    def key(self) -> str:
        """The business key."""
        return key_of(self.rule, self.treatment.pk, self.day)


def due_silences(at: datetime) -> Iterator[Due]:
    """Steps of silence that have come due and were not done; seven queries, however many patients are silent.

    What would be refused under the lock for want of a cause is left out: else each run would lock every silent patient.
    """
    switches, rows = Switches(), Treatment.objects.silent(until=at - timedelta(days=_least_days()))
    silent = list(rows.select_related("unit", "patient", "therapist"))
    risky, since = told_risk(silent), silent_since(silent)
    asked, written = asked_of_any(silent, at), written_to(since)
    found = [
        Due(rule, one, local_date(since[one.pk]))
        for one in silent
        for rule in due_steps(
            since[one.pk],
            thresholds_of(one.unit),
            told_risk=one.series_id in risky,
            off=switches.off_at(one.unit_id),
            at=at,
        )
        if not (rule.key == "silent_remind" and one.series_id not in asked)
        and not (rule.key == "silent_write" and one.pk in written)
    ]
    yield from not_done(found)


def not_done(found: list[Due]) -> list[Due]:
    """Without those whose business key is used up."""
    done = set(AutomaticAct.objects.with_keys([one.key for one in found]).values_list("key", flat=True))
    return [one for one in found if one.key not in done]


def act(due: Due, *, at: datetime) -> bool:
    """Do it, log it with the rule's version, in one transaction; True when it was done now."""
    with transaction.atomic():
        lock_treatment(due.treatment)
        locked = Treatment.objects.select_related("unit", "patient", "therapist").get(pk=due.treatment.pk)
        if why_not(due.rule, locked, due.day, at=at):
            return False
        if not log_act(due.rule, locked, due.key, at=at):
            return False
        if due.rule.does is Does.MESSAGE:
            return _tell(due, locked, at=at)
        _ask(due, locked, at=at)
    return True


def log_act(rule: Rule, treatment: Treatment, key: str, *, at: datetime) -> bool:
    """In the transaction that does it; False when it was done before."""
    done = {"rule": rule.key, "rule_version": rule.version, "at": at}
    return AutomaticAct.objects.get_or_create(treatment=treatment, key=key, defaults=done)[1]


def ended_silences(at: datetime) -> list[Alert]:
    """Open alerts of silence whose patients have done something since, or whose treatments are active no more."""
    rows = Alert.objects.silences().select_related("treatment")
    open_ones = list(rows)
    since = silent_since([one.treatment for one in open_ones])
    return [one for one in open_ones if _is_over(one, since[one.treatment_id])]


def end_silence(alert: Alert, *, at: datetime) -> bool:
    """Close it: nobody needs to act on a silence that is over. True when it was closed now."""
    with transaction.atomic():
        lock_treatment(alert.treatment)
        locked = Alert.objects.select_for_update(of=("self",)).select_related("treatment").get(pk=alert.pk)
        treatment = locked.treatment
        if locked.closed_at is not None or not _is_over(locked, silent_since([treatment])[treatment.pk]):
            return False
        locked.closed_at, locked.outcome = at, Alert.Outcome.PASSED
        locked.save(update_fields=["closed_at", "outcome"])
        TreatmentEvent.objects.create(
            treatment=treatment,
            kind=TreatmentEvent.Kind.ALERT_CLOSED,
            at=at,
            details={"alert": str(locked.pk), "outcome": str(locked.outcome)},
        )
        record(
            Entry.Action.CHANGE,
            by=SYSTEM,
            kind="alert",
            object_id=locked.pk,
            patient=treatment.patient_id,
            reason=f"closed: {locked.outcome}",
        )
        push_on_commit(desk_group(treatment.unit_id), "alert", treatment=str(treatment.pk))
    return True


def _is_over(alert: Alert, since: datetime) -> bool:
    return alert.treatment.state != Treatment.State.ACTIVE or since > alert.raised_at


def _tell(due: Due, treatment: Treatment, *, at: datetime) -> bool:
    told = notify_by_rule(
        treatment.patient,
        Notice.Kind(due.rule.kind),
        key=due.key,
        rule=due.rule.key,
        version=due.rule.version,
        subject=treatment.pk,
        at=at,
    )
    return told is not None


def _ask(due: Due, treatment: Treatment, *, at: datetime) -> None:
    """The task says which step is due; the one before it, if it still stands, has become this one."""
    alert = raise_alert(
        treatment,
        kind=Alert.Kind.SILENT,
        level=Alert.Level.WATCH,
        occasion=None,
        by=SYSTEM,
        at=at,
        cause=due.key,
    )
    alert.rule = due.rule.key
    alert.save(update_fields=["rule"])


def _least_days() -> int:
    """Days of silence before which no step is due at any unit."""
    numbers = [thresholds_of(unit) for unit in CareUnit.objects.all()]
    names = {*(rule.days for rule in SILENCE), "silent_call_risk_days"}
    days = [getattr(one, name) for one in numbers for name in names]
    return max(0, min((number for number in days if number > 0), default=1) - 1)
