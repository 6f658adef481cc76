"""Automatic messages: decides at the moment of sending whether one goes, waits for a better hour, or never goes.

One that a rule asked for, and no human's act. Whoever made the rule judges whether it is still wanted; what holds for
all of them is decided here: by day, 48 hours apart, one for all that wait, not too late, and handed over once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from uuid import UUID

from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.outbox.judging import why_unwanted
from ikbt.outbox.models import LatestAutomatic, Notice

LEAST_BETWEEN = timedelta(hours=48)
# From its own time on: the longest wait for another message, to the next morning at that, and half a day's outage.
LATEST = timedelta(hours=72)
# By Swedish clocks.
DAY_BEGINS, DAY_ENDS = time(8), time(20)


@dataclass(frozen=True)
class Verdict:
    """Neither: it goes now."""

    wait_until: datetime | None = None
    drop: str = ""
    # Of one that is dropped as covered: the message that told of it.
    covered_by: UUID | None = None


def verdict_on(notice: Notice, *, at: datetime) -> Verdict:
    """What is to be done with an automatic message now; changes nothing."""
    why = why_unwanted(notice, at=at)
    if why:
        return Verdict(drop=why)
    last = latest_sent(notice)
    if last is not None and last.sent_at is not None and covers(last.sent_at, came_due(notice)):
        return Verdict(drop=Notice.Dropped.COVERED, covered_by=last.pk)
    if notice.wanted_until is not None and notice.wanted_until <= at:
        return Verdict(drop=Notice.Dropped.LATE)
    free = max(next_daytime(at), free_from(notice, at))
    return Verdict(wait_until=free) if free > at else Verdict()


def covers(sent_at: datetime, due: datetime) -> bool:
    """Whether a message that left told also of what came due: on its day or before.

    Each says that something waits, and no more: a second one for what she has just been told would only nag.
    """
    return local_date(sent_at) >= local_date(due)


def came_due(notice: Notice) -> datetime:
    """When it first should have gone, however long it has waited since."""
    return notice.due_at if notice.wanted_until is None else notice.wanted_until - LATEST


def latest_sent(notice: Notice) -> Notice | None:
    """The last automatic message that left for its person for certain."""
    rows = Notice.objects.filter(person=notice.person_id, sent_at__isnull=False).exclude(rule="")
    return rows.order_by("-sent_at").first()


def next_daytime(moment: datetime) -> datetime:
    """The moment itself by day, else the next morning; whatever the clocks do that night."""
    local = moment.astimezone(STOCKHOLM)
    if DAY_BEGINS <= local.time() < DAY_ENDS:
        return moment
    day = local_date(moment) + (timedelta(days=1) if local.time() >= DAY_ENDS else timedelta())
    return datetime.combine(day, DAY_BEGINS, tzinfo=STOCKHOLM)


def free_from(notice: Notice, at: datetime) -> datetime:
    """From when its person may get it: 48 hours after the one before; what has its turn already keeps it."""
    last = LatestAutomatic.objects.filter(person=notice.person_id).first()
    if last is None or last.notice == notice.pk:
        return at
    return max(at, last.at + LEAST_BETWEEN)


def take_turn(notice: Notice, *, at: datetime) -> bool:
    """Of several messages to one person, at whatever number of workers, one gets the turn; False: wait."""
    mine = {"notice": notice.pk, "at": at}
    last, made = LatestAutomatic.objects.get_or_create(person=notice.person, defaults=mine)
    if made:
        return True
    if last.notice == notice.pk:
        # It had its turn and did not leave: the 48 hours run from when it does.
        held = LatestAutomatic.objects.filter(person=notice.person_id, notice=notice.pk)
        return held.update(at=at) == 1
    free = LatestAutomatic.objects.filter(
        person=notice.person_id, notice=last.notice, at__lte=at - LEAST_BETWEEN
    )
    return free.update(**mine) == 1


def give_turn_back(notice: Notice) -> None:
    """It never left: whoever is next need not wait for it."""
    LatestAutomatic.objects.filter(person=notice.person_id, notice=notice.pk).delete()
