"""Pure: decides why a patient needs her therapist, how urgent that is, and who stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import IntEnum, StrEnum

from ikbt.common.clock import days_between
from ikbt.common.working_time import due_by
from ikbt.treatments.thresholds import Thresholds


class Urgency(IntEnum):
    """Clinical urgency, the most urgent first; the order that the medically responsible person signs."""

    RISK_HIGH = 1
    RISK_WATCH = 2
    DETERIORATION = 3
    MESSAGE = 4
    FEEDBACK = 5
    WEEKLY = 6
    INACTIVE = 7


class Tone(StrEnum):
    """How a reason is coloured: due, past its first clock, past its second clock."""

    CALM = "calm"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Reason:
    """One reason to act. `since` is when it arose, `due` when it should be dealt with (None: no clock).

    `subject` names what it is about (an instrument's short name, a module's title), `number` a count or
    an answer's value, `object_id` what a link leads to; which of them are set follows from the urgency.
    """

    urgency: Urgency
    since: datetime
    due: datetime | None = None
    tone: Tone = Tone.CALM
    subject: str = ""
    number: int | None = None
    item: int | None = None
    object_id: str = ""
    taken_by: str = ""
    is_left: bool = False
    is_unsent: bool = False
    is_sleepiness: bool = False
    is_recall: bool = False
    is_course: bool = False
    is_check: bool = False
    # Key of the rule of automatic_rules.py whose task this is.
    rule: str = ""


@dataclass(frozen=True)
class OpenAlert:
    """An open alert as the list needs it: kind and level, and what was answered on the risk item.

    `is_missing`: a weekly questionnaire that nobody has answered. `is_unsent`: answers chosen and not handed in.
    `is_recall`: a module that she has opened was found dangerous.
    `is_sleepiness`: her sleep diary tells that she nearly dozed off where it is dangerous. `is_course`: a pause is
    over, an end is near, or she wants to stop. `is_check`: the day has come to assess her risk again. `is_silent`:
    she has done nothing for days; `rule` names the step.
    """

    id: str
    is_risk: bool
    is_high: bool
    raised_at: datetime
    due_at: datetime
    instrument: str = ""
    item: int | None = None
    value: int | None = None
    taken_by: str = ""
    # Taken, and not closed in time.
    is_left: bool = False
    is_missing: bool = False
    is_unsent: bool = False
    is_sleepiness: bool = False
    is_recall: bool = False
    is_course: bool = False
    is_check: bool = False
    is_silent: bool = False
    rule: str = ""


@dataclass(frozen=True)
class Waiting:
    """A module that was handed in and has got no feedback."""

    module_key: str
    title: str
    submitted_at: datetime


@dataclass(frozen=True)
class Standing:
    """All that the reasons of one patient are read from, at one moment.

    `worse_since`: when the last answer became reliably worse than the baseline (once, no alert yet),
    else None. `unanswered`: how many messages nobody has answered, the first of them sent at
    `unanswered_since`. `weekly_due`: when the open weekly questionnaire was due, None when none is
    late. `last_active`: what the patient did last, None while she is paused. `closed_on`: days on which no
    promised answer counts down, the unit's and those of her pauses.
    """

    alerts: Sequence[OpenAlert] = ()
    worse_since: datetime | None = None
    worse_in: str = ""
    unanswered: int = 0
    unanswered_since: datetime | None = None
    waiting: Sequence[Waiting] = ()
    weekly_due: datetime | None = None
    weekly_of: str = ""
    last_active: datetime | None = None
    closed_on: frozenset[date] = frozenset()


def reasons_for(standing: Standing, numbers: Thresholds, *, at: datetime) -> list[Reason]:
    """Every reason to act for one patient, the most urgent first."""
    found = [
        *(_of_alert(alert, at) for alert in standing.alerts if not alert.is_missing),
        *_of_missing(standing, at),
        *_of_decline(standing),
        *_of_messages(standing, numbers, at),
        *(_of_module(module, standing, numbers, at) for module in standing.waiting),
        *_of_weekly(standing, at),
        *_of_silence(standing, numbers, at),
    ]
    return sorted(found, key=order)


def order(reason: Reason) -> tuple[int, datetime, datetime]:
    """Clinical urgency first, then what is due first, then what has waited longest: watch never comes
    before high.
    """
    return (reason.urgency, reason.due or reason.since, reason.since)


def rank(reasons: Sequence[Reason], name: str) -> tuple[int, float, float, str]:
    """Sort key of a patient's row: her most urgent reason; patients without one come last, by name."""
    if not reasons:
        return (len(Urgency) + 1, 0.0, 0.0, name)
    urgency, due, since = order(reasons[0])
    return (urgency, due.timestamp(), since.timestamp(), name)


def clocked(*, amber: datetime, red: datetime, at: datetime) -> Tone:
    """Calm until the first clock has run out, amber until the second, then red; a clock runs out at its
    very end.
    """
    if at >= red:
        return Tone.RED
    return Tone.AMBER if at >= amber else Tone.CALM


def _of_alert(alert: OpenAlert, at: datetime) -> Reason:
    urgency = Urgency.WEEKLY if alert.is_missing else Urgency.DETERIORATION
    if alert.is_silent:
        urgency = Urgency.INACTIVE
    if alert.is_risk or alert.is_check:
        urgency = Urgency.RISK_HIGH if alert.is_high else Urgency.RISK_WATCH
    late = urgency is Urgency.RISK_HIGH or at >= alert.due_at
    return Reason(
        urgency,
        since=alert.raised_at,
        due=alert.due_at,
        tone=Tone.RED if late else Tone.AMBER,
        subject=alert.instrument,
        number=alert.value,
        item=alert.item,
        object_id=alert.id,
        taken_by=alert.taken_by,
        is_left=alert.is_left,
        is_unsent=alert.is_unsent,
        is_sleepiness=alert.is_sleepiness,
        is_recall=alert.is_recall,
        is_course=alert.is_course,
        is_check=alert.is_check,
        rule=alert.rule,
    )


def _of_missing(standing: Standing, at: datetime) -> list[Reason]:
    """Several weeks without answers are one reason: the newest alert, with how many there are."""
    missing = [alert for alert in standing.alerts if alert.is_missing]
    if not missing:
        return []
    newest = max(missing, key=lambda alert: alert.raised_at)
    return [replace(_of_alert(newest, at), number=len(missing))]


def _of_decline(standing: Standing) -> list[Reason]:
    alerted = any(
        not (
            alert.is_risk
            or alert.is_check
            or alert.is_missing
            or alert.is_sleepiness
            or alert.is_recall
            or alert.is_course
            or alert.is_silent
        )
        for alert in standing.alerts
    )
    if standing.worse_since is None or alerted:
        return []
    return [Reason(Urgency.DETERIORATION, standing.worse_since, tone=Tone.AMBER, subject=standing.worse_in)]


def _of_messages(standing: Standing, numbers: Thresholds, at: datetime) -> list[Reason]:
    first, closed_on = standing.unanswered_since, standing.closed_on
    if first is None:
        return []
    amber = due_by(first, numbers.answer_hours / 2, closed_on=closed_on)
    red = due_by(first, numbers.answer_hours, closed_on=closed_on)
    tone = clocked(amber=amber, red=red, at=at)
    return [Reason(Urgency.MESSAGE, first, due=red, tone=tone, number=standing.unanswered)]


def _of_module(module: Waiting, standing: Standing, numbers: Thresholds, at: datetime) -> Reason:
    since, closed_on = module.submitted_at, standing.closed_on
    amber = due_by(since, numbers.feedback_amber_hours, closed_on=closed_on)
    red = due_by(since, numbers.feedback_red_hours, closed_on=closed_on)
    return Reason(
        Urgency.FEEDBACK,
        since,
        due=red,
        tone=clocked(amber=amber, red=red, at=at),
        subject=module.title,
        object_id=module.module_key,
    )


def _of_weekly(standing: Standing, at: datetime) -> list[Reason]:
    alerted = any(alert.is_missing for alert in standing.alerts)
    if alerted or standing.weekly_due is None or standing.weekly_due > at:
        return []
    return [Reason(Urgency.WEEKLY, standing.weekly_due, tone=Tone.AMBER, subject=standing.weekly_of)]


def _of_silence(standing: Standing, numbers: Thresholds, at: datetime) -> list[Reason]:
    """Once a task of the silence stands open, that says what is to be done about it."""
    last_active = standing.last_active
    if last_active is None or any(alert.is_silent for alert in standing.alerts):
        return []
    days = days_between(last_active, at)
    if days < numbers.inactive_amber_days:
        return []
    tone = Tone.RED if days >= numbers.inactive_red_days else Tone.AMBER
    return [Reason(Urgency.INACTIVE, last_active, tone=tone, number=days)]
