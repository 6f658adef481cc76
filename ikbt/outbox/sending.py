"""Sends notices: decides who may send, and when a failed one is tried again; each goes the way its person chose."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from ikbt.outbox.channels import channel_of
from ikbt.outbox.limits import free_from, give_turn_back, take_turn, verdict_on
from ikbt.outbox.mailing import mail
from ikbt.outbox.models import Notice
from ikbt.outbox.sms.base import NotSent, Unsure
from ikbt.outbox.texting import text

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=12)
HAND_OVER: Mapping[Notice.Channel, Callable[[Notice], None]] = {
    Notice.Channel.EMAIL: mail,
    Notice.Channel.SMS: text,
}


def due_notices(*, at: datetime) -> list[UUID]:
    """Unsent notices whose turn it is, oldest first; those tried ten times are left for a human.

    Of the automatic ones that wait for the same moment the one that came due last: it goes for all of them.
    """
    due = _waiting().filter(due_at__lte=at, attempts__lt=MOST_ATTEMPTS)
    return list(due.order_by("due_at", "-wanted_until", "rule").values_list("pk", flat=True))


def send(notice_id: UUID, *, at: datetime) -> bool:
    """Claim, send, mark. True when it went out now; False when it was not due, not ours, not wanted, or failed."""
    notice = _waiting().select_related("person").filter(pk=notice_id).first()
    if notice is None or not _claim(notice, at):
        return False
    way = channel_of(notice.person, notice.kind)
    if way is None:
        # She has changed her mind since: nothing is owed any more.
        _let_go(notice, Notice.Dropped.NOBODY, at=at)
        return False
    if notice.rule and not _may_go(notice, way, at=at):
        return False
    if not _hand_over(notice, way):
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=at, channel=way)
    return True


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at=None, dropped_at=None, begun_at=None)


def _hand_over(notice: Notice, way: Notice.Channel) -> bool:
    """False when it did not go, or may not have gone."""
    try:
        HAND_OVER[way](notice)
    except NotSent as failed:
        _log_failure(notice, way, failed)
        Notice.objects.filter(pk=notice.pk).update(begun_at=None)
        return False
    except Unsure as failed:
        # It may have gone: one that a human's act asked for comes again, an automatic one never does.
        _log_failure(notice, way, failed)
        return False
    return True


def _log_failure(notice: Notice, way: Notice.Channel, failed: NotSent | Unsure) -> None:
    # The claim's due time is when it is tried again. Kinds alone: a gateway's words may hold a number.
    cause = type(failed.__cause__ or failed).__name__
    log.warning("notice %s was not sent by %s: %s, %s", notice.pk, way, type(failed).__name__, cause)


def _may_go(notice: Notice, way: Notice.Channel, *, at: datetime) -> bool:
    """Whether an automatic message is wanted, and it is its turn; from here on it is handed over once."""
    said = verdict_on(notice, at=at)
    if said.drop:
        _let_go(notice, said.drop, at=at, covered_by=said.covered_by)
        return False
    if said.wait_until is not None or not take_turn(notice, at=at):
        until = said.wait_until or free_from(notice, at)
        # It has not been tried: waiting counts as no attempt.
        Notice.objects.filter(pk=notice.pk).update(due_at=until, attempts=notice.attempts)
        return False
    return Notice.objects.filter(pk=notice.pk, begun_at=None).update(begun_at=at, channel=way) == 1


def _let_go(notice: Notice, why: str, *, at: datetime, covered_by: UUID | None = None) -> None:
    """Never to be sent. An automatic one is kept with the reason: its key stays used, and its unit can read why."""
    if not notice.rule:
        notice.delete()
        return
    Notice.objects.filter(pk=notice.pk).update(dropped_at=at, dropped=why, covered_by=covered_by)
    give_turn_back(notice)


def _claim(notice: Notice, at: datetime) -> bool:
    """Of several workers one moves the due time ahead; if it dies, the notice comes due again by itself."""
    wait = min(FIRST_WAIT * 2**notice.attempts, LONGEST_WAIT)
    free = _waiting().filter(pk=notice.pk, due_at__lte=at, attempts=notice.attempts)
    return free.update(attempts=F("attempts") + 1, due_at=at + wait) == 1
