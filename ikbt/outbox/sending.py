"""Sends notices: decides who may send, when a failed one is tried again, and that the mail says nothing."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from ikbt.accounts.models import Person
from ikbt.outbox.models import Notice

log = logging.getLogger(__name__)

MOST_ATTEMPTS = 10
FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=12)


def due_notices(*, at: datetime) -> list[UUID]:
    """Unsent notices whose turn it is, oldest first; those tried ten times are left for a human."""
    due = Notice.objects.filter(sent_at=None, due_at__lte=at, attempts__lt=MOST_ATTEMPTS)
    return list(due.order_by("due_at").values_list("pk", flat=True))


def send(notice_id: UUID, *, at: datetime) -> bool:
    """Claim, send, mark. True when the mail went out now; False when it was not due, not ours, or failed."""
    notice = Notice.objects.select_related("person").filter(pk=notice_id, sent_at=None).first()
    if notice is None or not _claim(notice, at):
        return False
    if not is_owed(notice.person, notice.kind):
        # She has changed her mind since: nothing is owed any more.
        notice.delete()
        return False
    try:
        _mail(notice).send()
    except OSError as failed:
        # SMTP's errors are OSErrors. The claim's due time is when it is tried again.
        log.warning("notice %s was not sent: %s", notice.pk, type(failed).__name__)
        return False
    Notice.objects.filter(pk=notice.pk).update(sent_at=at)
    return True


def is_owed(person: Person, kind: str) -> bool:
    """She is active and wants mail, or it is of the kind that goes out all the same."""
    return person.is_active and (person.wants_mail or kind in Notice.ALWAYS)


def _claim(notice: Notice, at: datetime) -> bool:
    """Of several workers one moves the due time ahead; if it dies, the notice comes due again by itself."""
    wait = min(FIRST_WAIT * 2**notice.attempts, LONGEST_WAIT)
    free = Notice.objects.filter(pk=notice.pk, sent_at=None, due_at__lte=at, attempts=notice.attempts)
    return free.update(attempts=F("attempts") + 1, due_at=at + wait) == 1


def _mail(notice: Notice) -> EmailMessage:
    folder = f"email/{notice.kind}"
    context = {"first_name": notice.person.first_name, "link": _sign_in_address()}
    with translation.override(notice.person.language):
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        body = render_to_string(f"{folder}/body.txt", context)
    # A crash between sending and marking makes a second mail: with one id, mail programs show it as the same.
    headers = {"Message-ID": f"<{notice.pk}@{_domain()}>", "Auto-Submitted": "auto-generated"}
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [notice.person.email], headers=headers)


def _sign_in_address() -> str:
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{reverse('accounts:sign_in')}"


def _domain() -> str:
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
