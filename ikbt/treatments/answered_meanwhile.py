"""Decides whether a colleague has answered what somebody was still writing an answer to."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.treatments.models import Feedback, Message, Treatment


def refuse_late_feedback(treatment: Treatment, module_key: str, *, author: Person, seen: UUID | None) -> None:
    """ValidationError when a colleague has given feedback that was not on the page; `seen`: the newest that was.

    None: the page showed none.
    """
    rows = Feedback.objects.filter(treatment=treatment, module_key=module_key)
    known = rows.filter(pk=seen).values_list("sent_at", flat=True).first() if seen else None
    newer = rows.filter(sent_at__gt=known) if known else rows
    late = newer.exclude(author=author).select_related("author").order_by("sent_at").last()
    if late is not None:
        raise _answered(late.author, late.sent_at)


def refuse_late_reply(treatment: Treatment, *, sender: Person, seen: UUID | None) -> None:
    """ValidationError when a colleague has written after `seen`, the last message on the page.

    None: the page does not say what it showed, so nobody can tell.
    """
    rows = Message.objects.filter(treatment=treatment)
    known = rows.filter(pk=seen).values_list("sent_at", flat=True).first() if seen else None
    if known is None:
        return
    newer = rows.filter(from_patient=False, sent_at__gt=known).exclude(sender=sender)
    late = newer.select_related("sender").order_by("sent_at").last()
    if late is not None:
        raise _answered(late.sender, late.sent_at)


def _answered(who: Person, moment: datetime) -> ValidationError:
    return ValidationError(
        _(
            "%(name)s answered at %(time)s, while you were writing. Your text is kept as a draft. "
            "Read the answer; what you still want to say you can send."
        ),
        code="answered",
        params={"name": who.name, "time": f"{moment.astimezone(clock.STOCKHOLM):%H.%M}"},
    )
