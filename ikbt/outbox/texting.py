"""Hands a notice over as a text message: decides what it says; no name, no unit, nothing of care."""

from __future__ import annotations

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.module_loading import import_string

from ikbt.common.phone_number import texting_number
from ikbt.outbox.mailing import sign_in_address
from ikbt.outbox.models import Notice
from ikbt.outbox.sms.base import NotSent, SmsBackend, Text, Unsure


def text(notice: Notice) -> None:
    """Raises NotSent when it certainly did not go, Unsure when nobody knows."""
    backend: SmsBackend = import_string(settings.SMS_BACKEND)()
    message = Text(to=texting_number(notice.person.phone), body=_written(notice), reference=str(notice.pk))
    try:
        backend.send(message)
    except (NotSent, Unsure):
        raise
    except Exception as failed:
        # A region's own code: whatever it raises, the gateway may have got the message.
        raise Unsure(type(failed).__name__) from failed


def _written(notice: Notice) -> str:
    with translation.override(notice.person.language):
        return " ".join(render_to_string(f"sms/{notice.kind}.txt", {"link": sign_in_address()}).split())
