"""Decides how reasons, times and changes are said in words on the desk."""

from __future__ import annotations

from datetime import datetime

from django.utils.timesince import timesince
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.models import Alert
from measurements.change import ReliableChange, reliable_change
from measurements.instrument import Instrument
from therapist.reasons import Reason, Urgency


def sentence(reason: Reason) -> str:
    """What a reason says, without its time."""
    return _SENTENCES[reason.urgency](reason)


def ago(moment: datetime, at: datetime) -> str:
    """ "3 hours ago"; under a minute it is "just now"."""
    if (at - moment).total_seconds() < 60:
        return _("just now")
    return _("%(time)s ago") % {"time": timesince(moment, at, depth=1)}


def until(moment: datetime, at: datetime) -> str:
    """ "due in 2 hours", or by how much it is late."""
    if moment > at:
        return _("due in %(time)s") % {"time": timesince(at, moment, depth=1)}
    return _("%(time)s late") % {"time": timesince(moment, at, depth=1)}


def taken(alert: Alert, at: datetime) -> str:
    """ "Taken by Tove Berg at 10.14", and that it is not closed in time; "" when nobody has taken it."""
    told = _taken(alert, at)
    return left(told) if told and alert.is_left(at) else told


def left(taken: str) -> str:
    """By whom something is taken, and that it is not closed in time."""
    return _("%(taken)s, not closed in time") % {"taken": taken}


def _taken(alert: Alert, at: datetime) -> str:
    """With the date when that was another day."""
    if alert.taken_by is None or alert.taken_at is None:
        return ""
    local, name = alert.taken_at.astimezone(clock.STOCKHOLM), alert.taken_by.name
    if clock.local_date(alert.taken_at) == clock.local_date(at):
        return _("Taken by %(name)s at %(time)s") % {"name": name, "time": f"{local:%H.%M}"}
    parts = {"name": name, "date": f"{local:%Y-%m-%d}", "time": f"{local:%H.%M}"}
    return _("Taken by %(name)s on %(date)s at %(time)s") % parts


def change_since(instrument: Instrument, baseline: int | None, latest: int | None) -> str:
    """ "6 points lower than at the start: reliably better"; empty when there is nothing to compare."""
    if baseline is None or latest is None:
        return ""
    points = abs(latest - baseline)
    if not points:
        return _("the same as at the start")
    if latest < baseline:
        moved = ngettext(
            "%(n)d point lower than at the start", "%(n)d points lower than at the start", points
        )
    else:
        moved = ngettext(
            "%(n)d point higher than at the start", "%(n)d points higher than at the start", points
        )
    return f"{moved % {'n': points}}{_meaning(instrument, baseline, latest)}"


def _meaning(instrument: Instrument, baseline: int, latest: int) -> str:
    found = reliable_change(instrument, baseline, latest)
    if found is ReliableChange.IMPROVED:
        return ": " + _("reliably better")
    if found is ReliableChange.DETERIORATED:
        return ": " + _("reliably worse")
    return ""


def _risk(reason: Reason, head: str) -> str:
    if reason.number is None or reason.item is None:
        return head
    words = (
        _("chose %(value)d on item %(item)d of %(instrument)s, not handed in")
        if reason.is_unsent
        else _("answered %(value)d on item %(item)d of %(instrument)s")
    )
    said = words % {"value": reason.number, "item": reason.item, "instrument": reason.subject}
    return f"{head}: {said}"


def _message(reason: Reason) -> str:
    count = reason.number or 1
    return ngettext("Unanswered message", "%(n)d unanswered messages", count) % {"n": count}


def _deterioration(reason: Reason) -> str:
    if reason.is_recall:
        return _("A module was recalled: talk to the patient")
    if reason.is_course and reason.rule:
        return _("The treatment has ended: close the case")
    if reason.is_course:
        return _("The course needs a decision")
    if reason.is_sleepiness:
        return _("Dangerous sleepiness in the sleep diary")
    if reason.object_id:
        return _("Worse twice in a row: %(instrument)s") % {"instrument": reason.subject}
    return _("Worse at the last answer: %(instrument)s") % {"instrument": reason.subject}


def _weekly(reason: Reason) -> str:
    if not reason.object_id:
        return _("Weekly questionnaire late: %(instrument)s") % {"instrument": reason.subject}
    weeks = reason.number or 1
    words = ngettext("Weekly questionnaire unanswered", "Weekly questionnaire unanswered %(n)d times", weeks)
    return f"{words % {'n': weeks}}: {reason.subject}"


def _inactive(reason: Reason) -> str:
    if reason.object_id:
        return _("Silent") + (f": {step_of(reason.rule)}" if reason.rule else "")
    days = reason.number or 0
    return ngettext("Not active for %(n)d day", "Not active for %(n)d days", days) % {"n": days}


def step_of(rule: str) -> str:
    """What a rule of silence asks the therapist to do; "" for one that this release does not know."""
    return {
        "silent_task": _("look at why"),
        "silent_write": _("write to the patient personally"),
        "silent_call": _("call the patient"),
        "silent_letter": _("call again and send a letter"),
        "silent_decide": _("decide: pause, plan anew or end"),
    }.get(rule, "")


_SENTENCES = {
    Urgency.RISK_HIGH: lambda reason: _risk(reason, _("High risk")),
    Urgency.RISK_WATCH: lambda reason: (
        _("Check the suicide risk again") if reason.is_check else _risk(reason, _("Watch"))
    ),
    Urgency.DETERIORATION: _deterioration,
    Urgency.MESSAGE: _message,
    Urgency.FEEDBACK: lambda reason: _("Awaits feedback: %(module)s") % {"module": reason.subject},
    Urgency.WEEKLY: _weekly,
    Urgency.INACTIVE: _inactive,
}


def language() -> str:
    """The reader's language as instruments and exercises name it: "sv" or "en"."""
    return (get_language() or "sv")[:2]
