"""The unit's board: how much there is and how fast it is answered, in groups; nothing of few, no ranking."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from django.utils.translation import gettext as _

from ikbt.accounts.models import CareUnit
from ikbt.accounts.opening import opening_hours_of
from ikbt.common.clock import local_date
from ikbt.common.working_time import NeverOpen, promised_by
from ikbt.treatments.alert_times import alert_times
from ikbt.treatments.models import Alert, Message, ModuleProgress, Treatment
from ikbt.treatments.thresholds import thresholds_of
from measurements.outcomes.hiding import AT_LEAST
from therapist.unit.ended import come_to, ended_at_unit

State = Treatment.State
# Weeks back, to choose from.
PERIODS = (4, 12, 52)
WIDTH, HEIGHT, GAP = 360, 120, 2


@dataclass(frozen=True)
class Figure:
    """One line of the board; `value` None: too few to be told. `of`: how many it is of, None where it is of none."""

    name: str
    value: str | None
    of: str | None = None


@dataclass(frozen=True)
class Bar:
    """One week's hand-ins, with where its bar stands; None: too few to be told, and no bar."""

    week: date
    number: int | None
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Board:
    """What templates/therapist/unit/board.html and the file show."""

    unit: CareUnit
    weeks: int
    now: list[Figure]
    period: list[Figure]
    bars: list[Bar]


def read_board(unit: CareUnit, *, weeks: int, at: datetime) -> Board:
    """One unit at a time: of a sum over units the others would follow. Seven queries."""
    since = at - timedelta(weeks=weeks)
    return Board(
        unit=unit,
        weeks=weeks,
        now=_now(unit),
        period=[*_courses(unit, since, at), *_answers(unit, since, at), *_alerts(unit, since, at)],
        bars=_bars(unit, weeks, at),
    )


def counted(moments: Collection[datetime], *, since: datetime, at: datetime) -> int | None:
    """How many; None where that, or what is left when a shorter period is taken from it, is few."""
    edges = [at - timedelta(weeks=weeks) for weeks in PERIODS]
    edges = [at, *(edge for edge in edges if edge > since), since]
    blocks = [sum(1 for one in moments if start < one <= end) for end, start in pairwise(edges)]
    return None if any(0 < block < AT_LEAST for block in blocks) else sum(blocks)


def share(part: int, whole: int) -> str | None:
    """In per cent; a word where the part, or what is left of the whole, is few. None: the whole is few."""
    if whole < AT_LEAST:
        return None
    if 0 < part < AT_LEAST:
        return _("few")
    if 0 < whole - part < AT_LEAST:
        return _("nearly all")
    return _("%(n)d %%") % {"n": round(100 * part / whole)}


def _now(unit: CareUnit) -> list[Figure]:
    states = Counter(Treatment.objects.of_units([unit.pk]).order_by().values_list("state", flat=True))
    lines = (
        (_("Wait to start"), states[State.READY]),
        (_("In treatment"), states[State.ACTIVE] + states[State.PAUSED]),
        (_("Closing"), states[State.CLOSING]),
    )
    return [Figure(name, _number(n)) for name, n in lines]


def _courses(unit: CareUnit, since: datetime, at: datetime) -> list[Figure]:
    rows = Treatment.objects.of_units([unit.pk]).exclude(state=State.READY).order_by()
    rows = rows.exclude(end_reason=Treatment.EndReason.WRONG_PATIENT)
    started = rows.filter(starts_on__gte=local_date(since)).values_list("starts_on", flat=True)
    ended = ended_at_unit(unit, since=since)
    found, persons = come_to(one for _moment, one in ended), len(ended)
    # Questionnaires are many where patients are few.
    asked = found.asked if persons >= AT_LEAST else 0
    starts = [at if day >= local_date(at) else _noon(day, at) for day in started]
    return [
        Figure(_("Treatments begun"), _said(counted(starts, since=since, at=at))),
        Figure(_("Treatments ended"), _said(counted([row[0] for row in ended], since=since, at=at))),
        Figure(_("Completed, of those who ended"), share(found.completed, persons), _number(persons)),
        Figure(
            _("Reliably better by the main questionnaire, of those who ended and answered it twice"),
            share(found.better, found.measured_twice),
            _number(found.measured_twice),
        ),
        Figure(
            _("Questionnaires left unanswered, of those who ended"),
            share(found.unanswered, asked),
            _number(asked),
        ),
    ]


def _noon(day: date, at: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=at.tzinfo)


def _answers(unit: CareUnit, since: datetime, at: datetime) -> list[Figure]:
    numbers = thresholds_of(unit)
    messages = list(
        Message.objects.answered_at_unit(unit.pk, since=since)
        .order_by()
        .values_list("sent_at", "answered_at")
    )
    work = list(
        ModuleProgress.objects.handed_in_at(unit.pk, since=since)
        .exclude(feedback_at=None)
        .order_by()
        .values_list("submitted_at", "feedback_at")
    )
    return [
        *_times(_("Messages"), messages, numbers.answer_hours, unit),
        *_times(_("Handed-in modules"), work, numbers.feedback_red_hours, unit),
    ]


def _times(what: str, pairs: Sequence[tuple[Any, Any]], hours: int, unit: CareUnit) -> list[Figure]:
    took = [(answered - asked).total_seconds() / 3600 for asked, answered in pairs]
    in_time = sum(1 for asked, answered in pairs if answered <= _promised(asked, hours, unit))
    middle = _("%(n)d hours") % {"n": round(median(took))} if len(took) >= AT_LEAST else None
    said = {"what": what, "hours": hours}
    return [
        Figure(_("%(what)s: median time to an answer") % said, middle, _number(len(pairs))),
        Figure(
            _("%(what)s: answered within %(hours)d hours on working days") % said,
            share(in_time, len(pairs)),
            _number(len(pairs)),
        ),
    ]


def _promised(asked: datetime, hours: int, unit: CareUnit) -> datetime:
    try:
        return promised_by(asked, hours, closed_on=opening_hours_of(unit).closed_on)
    except NeverOpen:
        return asked + timedelta(hours=hours)


def _alerts(unit: CareUnit, since: datetime, at: datetime) -> list[Figure]:
    """In opening time, as the clock of an alert counts; one whose time is not up is judged when it is."""
    raised = Alert.objects.handled_at([unit.pk], since=since, until=at, level=Alert.Level.HIGH)
    found = alert_times(raised, opening_hours_of(unit), at=at)
    minutes = round(found.to_take.total_seconds() / 60) if found.to_take is not None else 0
    known = found.taken_in_time
    return [
        Figure(
            _("High risk alerts: median opening time until taken"),
            _("%(n)d minutes") % {"n": minutes} if found.taken >= AT_LEAST else None,
            _number(known.whole),
        ),
        Figure(_("High risk alerts: taken in time"), share(known.part, known.whole), _number(known.whole)),
    ]


def _bars(unit: CareUnit, weeks: int, at: datetime) -> list[Bar]:
    """Whole weeks, the oldest first, the one that is not over left out."""
    today = local_date(at)
    monday = today - timedelta(days=today.weekday())
    firsts = [monday - timedelta(weeks=back) for back in range(weeks, 0, -1)]
    rows = ModuleProgress.objects.handed_in_at(unit.pk, since=at - timedelta(weeks=weeks + 1)).order_by()
    moments = rows.values_list("submitted_at", flat=True)
    days = [local_date(moment) for moment in moments if moment is not None]
    handed_in = Counter(day - timedelta(days=day.weekday()) for day in days)
    numbers = [_unless_few(handed_in[first]) for first in firsts]
    highest, step = max([n or 0 for n in numbers] + [1]), WIDTH // len(firsts)
    return [
        _bar(first, number, place * step, max(1, step - GAP), round((number or 0) / highest * HEIGHT))
        for place, (first, number) in enumerate(zip(firsts, numbers, strict=True))
    ]


def _bar(week: date, number: int | None, x: int, width: int, height: int) -> Bar:
    return Bar(week, number, x, HEIGHT - height, width, height)


def _unless_few(n: int) -> int | None:
    return None if 0 < n < AT_LEAST else n


def _number(n: int) -> str | None:
    return _said(_unless_few(n))


def _said(n: int | None) -> str | None:
    return None if n is None else str(n)
