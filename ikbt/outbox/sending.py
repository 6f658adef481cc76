"""Sends notices: decides who may send, when a failed one is tried again, and that the mail says nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from smtplib import SMTPServerDisconnected
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db.models import F, QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from ikbt.accounts.models import Person
from ikbt.outbox.limits import free_from, give_turn_back, take_turn, verdict_on
from ikbt.outbox.models import Notice

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=12)
# The line broke while it was being handed over: nobody knows whether it went.
UNCERTAIN = (SMTPServerDisconnected, TimeoutError)


def due_notices(*, at: datetime) -> list[UUID]:
    """Unsent notices whose turn it is, oldest first; those tried ten times are left for a human."""
    due = _waiting().filter(due_at__lte=at, attempts__lt=MOST_ATTEMPTS)
    return list(due.order_by("due_at").values_list("pk", flat=True))


def send(notice_id: UUID, *, at: datetime) -> bool:
    """Claim, send, mark. True when it went out now; False when it was not due, not ours, not wanted, or failed."""
    notice = _waiting().select_related("person").filter(pk=notice_id).first()
    if notice is None or not _claim(notice, at):
        return False
    if not is_owed(notice.person, notice.kind):
        # She has changed her mind since: nothing is owed any more.
        _let_go(notice, Notice.Dropped.NOBODY, at=at)
        return False
    if notice.rule and not _may_go(notice, at=at):
        return False
    if not _hand_over(notice):
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=at)
    return True


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(sent_at=None, dropped_at=None, begun_at=None)


def _hand_over(notice: Notice) -> bool:
    """False when it did not go, or may not have gone. SMTP's errors are OSErrors."""
    wire = get_connection()
    try:
        wire.open()
    except OSError as failed:
        _log_failure(notice, failed)
        _not_gone(notice)
        return False
    try:
        _mail(notice, wire).send()
    except UNCERTAIN as failed:
        # It may have gone: one that a human's act asked for comes again, an automatic one never does.
        _log_failure(notice, failed)
        return False
    except OSError as failed:
        _log_failure(notice, failed)
        _not_gone(notice)
        return False
    finally:
        wire.close()
    return True


def _log_failure(notice: Notice, failed: OSError) -> None:
    # The claim's due time is when it is tried again.
    log.warning("notice %s was not sent: %s", notice.pk, type(failed).__name__)


def _not_gone(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(begun_at=None)


def _may_go(notice: Notice, *, at: datetime) -> bool:
    """Whether an automatic message is wanted, and it is its turn; from here on it is handed over once."""
    said = verdict_on(notice, at=at)
    if said.drop:
        _let_go(notice, said.drop, at=at)
        return False
    if said.wait_until is not None or not take_turn(notice, at=at):
        until = said.wait_until or free_from(notice, at)
        # It has not been tried: waiting counts as no attempt.
        Notice.objects.filter(pk=notice.pk).update(due_at=until, attempts=notice.attempts)
        return False
    return Notice.objects.filter(pk=notice.pk, begun_at=None).update(begun_at=at) == 1


def _let_go(notice: Notice, why: str, *, at: datetime) -> None:
    """Never to be sent. An automatic one is kept with the reason: its key stays used, and its unit can read why."""
    if not notice.rule:
        notice.delete()
        return
    Notice.objects.filter(pk=notice.pk).update(dropped_at=at, dropped=why)
    give_turn_back(notice)


def is_owed(person: Person, kind: str) -> bool:
    """She lives, is active and wants mail, or it is of the kind that goes out all the same."""
    if person.deceased_on is not None:
        return False
    return person.is_active and (person.wants_mail or kind in Notice.ALWAYS)


def _claim(notice: Notice, at: datetime) -> bool:
    """Of several workers one moves the due time ahead; if it dies, the notice comes due again by itself."""
    wait = min(FIRST_WAIT * 2**notice.attempts, LONGEST_WAIT)
    free = _waiting().filter(pk=notice.pk, due_at__lte=at, attempts=notice.attempts)
    return free.update(attempts=F("attempts") + 1, due_at=at + wait) == 1


def _mail(notice: Notice, wire: BaseEmailBackend) -> EmailMessage:
    folder = f"email/{notice.kind}"
    context = {"first_name": notice.person.first_name, "link": _sign_in_address()}
    with translation.override(notice.person.language):
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        body = render_to_string(f"{folder}/body.txt", context)
    # A crash between sending and marking makes a second mail: with one id, mail programs show it as the same.
    headers = {"Message-ID": f"<{notice.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    to = [notice.person.email]
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, to, headers=headers, connection=wire)


def _sign_in_address() -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{reverse('accounts:sign_in')}"


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
