"""What a simulated month tells: alerts by kind, answer times, what became of automatic messages, what was refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median, quantiles

from ikbt.accounts.opening import opening_hours_of
from ikbt.common.working_time import due_by, open_time_between
from ikbt.demo.month.living import Month
from ikbt.outbox.limits import came_due
from ikbt.outbox.models import Notice
from ikbt.treatments.alert_times import AlertTimes, Handled, Within, alert_times
from ikbt.treatments.models import Alert, AutomaticAct, Message, ModuleProgress, Treatment
from ikbt.treatments.pausing import paused_days_of
from ikbt.treatments.thresholds import thresholds_of

WIDTH = 34
WHY_DROPPED: dict[str, str] = {Notice.Dropped.COVERED: "told by another one"}


def report(month: Month) -> list[str]:
    """Lines in English; times in opening hours of the unit."""
    return [
        f"{len(month.unit.therapists)} therapists, {len(month.unit.patients)} patients, {month.days} days, "
        f"seed {month.seed}",
        *_table("Courses at the end", _states()),
        *_table("What was done", month.done),
        *_table("What a rule refused", month.refused),
        "",
        "Alerts: raised, hours to take and to close (medians in opening time), in time, late at the end",
        *_alerts(month),
        *_table("Red alerts by the last one asked", _stages()),
        "",
        "Answers: count, hours until answered (median, nine of ten), within the promise, open at the end",
        *_answers(month),
        *_table("Automatic acts by rule", _acts()),
        *_table("Automatic messages by rule and what became of them", _messages()),
        *_covered(),
        *_table("What left, of all kinds", month.posted.count),
    ]


def _states() -> Counter[str]:
    return Counter(Treatment.objects.everybodys().values_list("state", flat=True))


def _alerts(month: Month) -> list[str]:
    hours, rows = opening_hours_of(month.unit.unit), list(Alert.objects.all())
    names = sorted({(one.kind, one.level) for one in rows})
    return [
        _line(
            f"{kind} {level}",
            _told(
                alert_times(
                    [
                        Handled(one.raised_at, one.due_at, one.taken_at, one.closed_at)
                        for one in rows
                        if (one.kind, one.level) == (kind, level)
                    ],
                    hours,
                    at=month.ends,
                )
            ),
        )
        for kind, level in names
    ]


def _told(times: AlertTimes) -> str:
    return (
        f"{times.count:5}  {_hours(times.to_take)}  {_hours(times.to_close)}  {_in_time(times.closed_in_time)}  "
        f"{times.late:4}"
    )


def _stages() -> Counter[str]:
    red = Alert.objects.filter(kind=Alert.Kind.RISK, level=Alert.Level.HIGH)
    return Counter(red.values_list("stage", flat=True))


def _answers(month: Month) -> list[str]:
    numbers = thresholds_of(month.unit.unit)
    written = Message.objects.filter(from_patient=True).select_related("treatment__unit")
    work = ModuleProgress.objects.filter(submitted_at__isnull=False).select_related("treatment__unit")
    messages = [(one.treatment, one.sent_at, one.answered_at) for one in written]
    modules = [(one.treatment, one.submitted_at, one.feedback_at) for one in work if one.submitted_at]
    return [
        _line("messages", _waits(month, messages, numbers.answer_hours)),
        _line("modules handed in", _waits(month, modules, numbers.feedback_red_hours)),
    ]


def _waits(month: Month, rows: Sequence[tuple[Treatment, datetime, datetime | None]], promised: int) -> str:
    hours = opening_hours_of(month.unit.unit)
    waited = [open_time_between(since, until, hours) for _one, since, until in rows if until is not None]
    kept = []
    for treatment, since, until in rows:
        due = due_by(since, promised, closed_on=hours.closed_on | paused_days_of(treatment))
        if until is not None or due <= month.ends:
            kept.append(until is not None and until <= due)
    open_ones = sum(until is None for _one, _since, until in rows)
    return (
        f"{len(rows):5}  {_hours(_median(waited))}  {_hours(_nine_of_ten(waited))}  "
        f"{_share(sum(kept) / len(kept) if kept else None)}  {open_ones:4}"
    )


def _acts() -> Counter[str]:
    return Counter(AutomaticAct.objects.values_list("rule", flat=True))


def _messages() -> Counter[str]:
    found: Counter[str] = Counter()
    for one in Notice.objects.exclude(rule=""):
        if one.sent_at is not None:
            became = f"sent by {one.channel}"
        elif one.dropped_at is not None:
            became = WHY_DROPPED.get(one.dropped, f"dropped: {one.dropped}")
        else:
            became = "not known" if one.begun_at else "waits"
        found[f"{one.rule}, {became}"] += 1
    owed = set(AutomaticAct.objects.values_list("key", flat=True)) & _message_keys()
    told = set(Notice.objects.exclude(rule="").values_list("key", flat=True))
    if owed - told:
        found["not written at all: she wants none"] = len(owed - told)
    return found


def _covered() -> list[str]:
    """How long the others waited until the one left that told of them: below 0, it had left that day already."""
    rows = Notice.objects.filter(covered_by__sent_at__isnull=False).select_related("covered_by")
    waits = [
        one.covered_by.sent_at - came_due(one) for one in rows if one.covered_by and one.covered_by.sent_at
    ]
    if not waits:
        return []
    title = "Covered ones: count, hours from when due until the other left (median, longest)"
    return ["", title, _line("", f"{len(waits):5}  {_hours(_median(waits))}  {_hours(max(waits))}")]


def _message_keys() -> set[str]:
    rules = ("silent_remind", "silent_message", "answer_reminder", "follow_up_open")
    return set(AutomaticAct.objects.filter(rule__in=rules).values_list("key", flat=True))


def _table(title: str, rows: Counter[str]) -> list[str]:
    return ["", title, *(_line(name, f"{count:5}") for name, count in sorted(rows.items()))] if rows else []


def _line(name: str, told: str) -> str:
    return f"  {name:<{WIDTH}} {told}"


def _hours(time: timedelta | None) -> str:
    return "    -" if time is None else f"{time / timedelta(hours=1):5.1f}"


def _in_time(done: Within) -> str:
    return _share(done.part / done.whole if done.whole else None)


def _share(share: float | None) -> str:
    return "   -" if share is None else f"{share:4.0%}"


def _median(times: Iterable[timedelta]) -> timedelta | None:
    found = [one.total_seconds() for one in times]
    return timedelta(seconds=median(found)) if found else None


def _nine_of_ten(times: Iterable[timedelta]) -> timedelta | None:
    found = [one.total_seconds() for one in times]
    return timedelta(seconds=quantiles(found, n=10)[-1]) if len(found) > 1 else None
