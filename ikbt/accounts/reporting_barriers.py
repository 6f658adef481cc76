"""Takes word of what somebody could not use: decides that it reaches a human by mail and is stored nowhere."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.guessing import Limit, count
from ikbt.common import clock
from ikbt.common.fields import blind_index

PACE = Limit(5, timedelta(hours=1))


def report_barrier(what: str, *, reply_to: str, place: str) -> None:
    """Mail the report to whoever answers for the service. `place`: the sender's address on the net, for the pace.

    Raises ValidationError when nobody is set to receive it, too many came from one place, or the mail can't leave.
    """
    if not settings.ACCESSIBILITY_CONTACT:
        raise ValidationError(_("Nobody is set to receive reports here. Tell your care unit instead."))
    if count(blind_index(f"barrier {place}"), PACE, clock.now()):
        raise ValidationError(_("Many reports have come from here lately. Wait an hour and send again."))
    mail = EmailMessage(
        subject="ikbt: tillgänglighet",
        body=what,
        to=[settings.ACCESSIBILITY_CONTACT],
        reply_to=[reply_to] if reply_to else [],
    )
    try:
        mail.send()
    except OSError as failed:
        raise ValidationError(
            _("The report could not be sent just now. What you wrote is still here. Try again in a while.")
        ) from failed
