"""What has come from a patient since staff last wrote to her; decides what of it stands beside the feedback box."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import ngettext

from ikbt.treatments.access import Cared
from ikbt.treatments.models import Message, WorksheetEntry
from therapist import wording
from therapist.conversation import Bubble, bubbles, files_of
from therapist.courses import Course, Measured
from therapist.trends import point_name

# More than these, and the conversation is the place to read them.
NEWEST_MESSAGES = 3
NEWEST_ANSWERS = 4


@dataclass(frozen=True)
class News:
    """`since`: when staff last wrote, in words; "" when nobody has, and then everything is new."""

    since: str
    lines: list[str]
    bubbles: list[Bubble]


def news_for(cared: Cared, course: Course, entries: Iterable[WorksheetEntry], *, at: datetime) -> News:
    """Answers with their change, handed-in work of other modules, her messages; one query, and one for their files."""
    since = last_written(course)
    lines = [_answered(course, one) for one in _answers(course, since)]
    count = sum(1 for entry in entries if since is None or _is_after(entry.handed_in_at, since))
    if count:
        words = ngettext("%(n)d entry in other modules", "%(n)d entries in other modules", count)
        lines.append(words % {"n": count})
    return News(wording.ago(since, at) if since else "", lines, _messages(cared, since))


def last_written(course: Course) -> datetime | None:
    """When staff wrote last: a message, or feedback on a module."""
    heard = [course.wrote.staff_at, *(one.feedback_at for one in course.progress)]
    return max((one for one in heard if one is not None), default=None)


def _answers(course: Course, since: datetime | None) -> Sequence[Measured]:
    found = [
        one
        for one in course.measured
        if one.answered_at is not None
        and one.total is not None
        and (since is None or one.answered_at > since)
    ]
    return sorted(found, key=lambda one: str(one.answered_at))[-NEWEST_ANSWERS:]


def _answered(course: Course, one: Measured) -> str:
    instrument = course.instrument_of(one)
    totals = [each.total for each in course.scored(instrument.id)]
    change = wording.change_since(instrument, totals[0], one.total) if len(totals) > 1 else ""
    said = f"{instrument.short} {one.total} ({point_name(one)})"
    return f"{said}, {change}" if change else said


def _messages(cared: Cared, since: datetime | None) -> list[Bubble]:
    rows = Message.objects.filter(treatment=cared.treatment, from_patient=True)
    newer = rows.filter(sent_at__gt=since) if since else rows
    newest = newer.select_related("sender").defer("sender__personal_number").order_by("-sent_at", "-id")
    shown = list(newest[:NEWEST_MESSAGES])[::-1]
    return bubbles(shown, cared.staff, files=files_of(cared.treatment) if shown else None)


def _is_after(moment: datetime | None, since: datetime) -> bool:
    return moment is not None and moment > since
