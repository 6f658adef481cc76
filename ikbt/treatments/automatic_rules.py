"""Pure: the table of what the clock does by rule: key, version, what, when, to whom; and which of it is due.

A rule whose meaning changes gets a new version: the log of each act names the one that held.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.treatments.thresholds import Thresholds

# What is done by day of the calendar is done from this hour on.
DAY_FROM = time(8)
# What lies longer back than this when the clock is started again is history.
CATCH_UP = timedelta(days=14)
WORKING = frozenset({"active", "closing"})
AFTER = frozenset({"maintenance", "follow_up", "discontinued"})


class Does(StrEnum):
    """A message goes to the patient, a task to her responsible therapist."""

    MESSAGE = "message"
    TASK = "task"


@dataclass(frozen=True)
class Rule:
    """One line of the table. `days` names the number of Thresholds from which on it is due; "" for other times."""

    key: str
    version: int
    does: Does
    what: str | Promise
    when: str | Promise
    states: frozenset[str]
    days: str = ""
    # The kind of notice that a message is.
    kind: str = ""
    # Passing on an alert about suicide is not for anybody to switch off.
    may_be_off: bool = True


_SILENT = frozenset({"active"})
_SILENT_WHEN = _("%(days)d days after the patient last did something")

SILENCE = (
    Rule(
        "silent_remind",
        1,
        Does.MESSAGE,
        _("Reminder that something waits"),
        _("%(days)d days after the patient last did something, while a questionnaire waits"),
        _SILENT,
        days="silent_remind_days",
        kind="reminder",
    ),
    Rule(
        "silent_message",
        1,
        Does.MESSAGE,
        _("Friendly message: welcome back"),
        _SILENT_WHEN,
        _SILENT,
        days="silent_message_days",
        kind="welcome_back",
    ),
    Rule(
        "silent_task",
        1,
        Does.TASK,
        _("Task: look at why the patient is silent"),
        _SILENT_WHEN,
        _SILENT,
        days="silent_task_days",
    ),
    Rule(
        "silent_write",
        1,
        Does.TASK,
        _("Task: write to the patient personally"),
        _("%(days)d days after the patient last did something, unless somebody has written since"),
        _SILENT,
        days="silent_write_days",
    ),
    Rule(
        "silent_call",
        1,
        Does.TASK,
        _("Task: call the patient"),
        _(
            "%(days)d days after the patient last did something; %(risk_days)d if the last answer told of risk"
        ),
        _SILENT,
        days="silent_call_days",
    ),
    Rule(
        "silent_letter",
        1,
        Does.TASK,
        _("Task: call again and send a letter"),
        _SILENT_WHEN,
        _SILENT,
        days="silent_letter_days",
    ),
    Rule(
        "silent_decide",
        1,
        Does.TASK,
        _("Task: decide whether to pause, plan anew or end"),
        _SILENT_WHEN,
        _SILENT,
        days="silent_decide_days",
    ),
)
ANSWER_REMINDER = Rule(
    "answer_reminder",
    1,
    Does.MESSAGE,
    _("Reminder of a questionnaire"),
    _("on the days that the program names, while it is unanswered"),
    WORKING | AFTER,
    kind="reminder",
)
FOLLOW_UP_OPEN = Rule(
    "follow_up_open",
    1,
    Does.MESSAGE,
    _("Message that a follow-up can be answered"),
    _("on the day it opens, after the end of the treatment"),
    WORKING | AFTER,
    kind="to_answer",
)
MISSING_WEEKLY = Rule(
    "missing_weekly",
    1,
    Does.TASK,
    _("Task: a weekly questionnaire is unanswered"),
    _("%(hours)d hours after it opened"),
    WORKING,
)
CLOSE_CASE = Rule(
    "close_case",
    1,
    Does.TASK,
    _("Task: close an ended case"),
    _("%(days)d days after an early end, or after the last follow-up"),
    frozenset({"follow_up", "discontinued"}),
    days="close_days",
)
ESCALATION = Rule(
    "escalation",
    1,
    Does.TASK,
    _("A high alert goes to the next in line"),
    _("%(minutes)d minutes of opening time after nobody has taken it"),
    frozenset(),
    may_be_off=False,
)
ASKING_AFTER = Rule(
    "asking_after",
    1,
    Does.TASK,
    _("Whoever has taken a high alert is asked why it is not closed, and after that the next in line"),
    _("%(taken_minutes)d minutes of opening time after it was taken"),
    frozenset(),
    may_be_off=False,
)
TABLE = (*SILENCE, ANSWER_REMINDER, FOLLOW_UP_OPEN, MISSING_WEEKLY, CLOSE_CASE, ESCALATION, ASKING_AFTER)
RULES = {rule.key: rule for rule in TABLE}


def switchable() -> list[Rule]:
    """Those that somebody may switch off."""
    return [rule for rule in TABLE if rule.may_be_off]


def key_of(rule: Rule, subject: object, day: date) -> str:
    """The business key: this rule, for this treatment, for this day's cause."""
    return f"{rule.key}:{subject}:{day}"


def day_of(key: str) -> date:
    """The day that a business key ends with."""
    return date.fromisoformat(key.rpartition(":")[2])


def at_day(day: date) -> datetime:
    """When what belongs to a day is done; right also where the clock was changed that night."""
    return datetime.combine(day, DAY_FROM, tzinfo=STOCKHOLM)


def days_until(rule: Rule, numbers: Thresholds, *, told_risk: bool) -> int:
    """Days of silence from which on a step is due; 0: never."""
    if rule.key == "silent_call" and told_risk:
        return numbers.silent_call_risk_days
    days: int = getattr(numbers, rule.days)
    return days


def due_steps(
    since: datetime, numbers: Thresholds, *, told_risk: bool, off: Collection[str], at: datetime
) -> Iterator[Rule]:
    """Of the messages and of the tasks the last step that has passed: after downtime the ones before would only nag.

    One that is switched off is passed over in silence, not made up for by the one before it.
    """
    passed: dict[Does, tuple[int, Rule]] = {}
    for rule in SILENCE:
        days = days_until(rule, numbers, told_risk=told_risk)
        if days <= 0 or at_day(local_date(since) + timedelta(days=days)) > at:
            continue
        if rule.does not in passed or passed[rule.does][0] <= days:
            passed[rule.does] = days, rule
    for days, rule in passed.values():
        is_history = at_day(local_date(since) + timedelta(days=days)) <= at - CATCH_UP
        if not is_history and rule.key not in off:
            yield rule
