"""Hands a notice over as an e-mail: decides what it says, and whether it may have gone when something broke."""

from __future__ import annotations

from smtplib import SMTPServerDisconnected

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from ikbt.outbox.models import Notice
from ikbt.outbox.sms.base import NotSent, Unsure

# The line broke while it was being handed over: nobody knows whether it went.
UNCERTAIN = (SMTPServerDisconnected, TimeoutError)


def mail(notice: Notice) -> None:
    """Raises NotSent when it certainly did not go, Unsure when nobody knows. SMTP's errors are OSErrors."""
    wire = get_connection()
    try:
        wire.open()
    except OSError as failed:
        raise NotSent(type(failed).__name__) from failed
    try:
        _written(notice, wire).send()
    except UNCERTAIN as failed:
        raise Unsure(type(failed).__name__) from failed
    except OSError as failed:
        raise NotSent(type(failed).__name__) from failed
    finally:
        wire.close()


def sign_in_address() -> str:
    """The one link in a notice; it opens nothing by itself."""
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{reverse('accounts:sign_in')}"


def domain() -> str:
    """Of our own address."""
    return settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"


def _written(notice: Notice, wire: BaseEmailBackend) -> EmailMessage:
    folder = f"email/{notice.kind}"
    context = {"first_name": notice.person.first_name, "link": sign_in_address()}
    with translation.override(notice.person.language):
        subject = " ".join(render_to_string(f"{folder}/subject.txt", context).split())
        body = render_to_string(f"{folder}/body.txt", context)
    # A crash between sending and marking makes a second mail: with one id, mail programs show it as the same.
    headers = {"Message-ID": f"<{notice.pk}@{domain()}>", "Auto-Submitted": "auto-generated"}
    to = [notice.person.email]
    return EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, to, headers=headers, connection=wire)
