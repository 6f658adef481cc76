"""A reason as a screen says it: the sentence, its times, its colour, and where one goes to act on it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from therapist import wording
from therapist.addresses import address
from therapist.reasons import Reason, Tone, Urgency

# The design system's colour of a reason.
COLOURS = {Tone.CALM: "info", Tone.AMBER: "warning", Tone.RED: "danger"}


@dataclass(frozen=True)
class ReasonInWords:
    """One reason on screen; `url` leads to the page where one acts on it, `action` names what one does
    there.
    """

    urgency: Urgency
    text: str
    since: str
    since_at: datetime
    due: str
    is_late: bool
    colour: str
    url: str
    action: str
    object_id: str
    taken_by: str

    @property
    def since_stamp(self) -> str:
        """Since when, as machines read it; in Sweden's time."""
        return timezone.localtime(self.since_at).isoformat()


def in_words(reason: Reason, treatment_id: UUID, at: datetime) -> ReasonInWords:
    """One reason of one patient."""
    url, action = _way(reason, treatment_id)
    return ReasonInWords(
        urgency=reason.urgency,
        text=wording.sentence(reason),
        since=wording.ago(reason.since, at),
        since_at=reason.since,
        due=wording.until(reason.due, at) if reason.due else "",
        is_late=reason.due is not None and reason.due <= at,
        colour=COLOURS[reason.tone],
        url=url,
        action=action,
        object_id=reason.object_id,
        taken_by=_taken(reason),
    )


def _taken(reason: Reason) -> str:
    if not reason.taken_by:
        return ""
    told = _("Taken by %(name)s") % {"name": reason.taken_by}
    return wording.left(told) if reason.is_left else told


def all_in_words(reasons: Iterable[Reason], treatment_id: UUID, at: datetime) -> list[ReasonInWords]:
    """Several, in their order."""
    return [in_words(reason, treatment_id, at) for reason in reasons]


def reply_address(reasons: Iterable[ReasonInWords], treatment_id: UUID) -> str:
    """Where one answers her: the first module that waits for feedback, else the conversation."""
    waiting = (reason.url for reason in reasons if reason.urgency is Urgency.FEEDBACK)
    return next(waiting, "") or address("messages", treatment_id)


# Whose page, where there is one, is the alert's.
_ALERTS = {Urgency.WEEKLY, Urgency.INACTIVE}


def _way(reason: Reason, treatment_id: UUID) -> tuple[str, str]:
    if reason.object_id and (reason.urgency <= Urgency.DETERIORATION or reason.urgency in _ALERTS):
        return address("alert", treatment_id, reason.object_id), _("Assess")
    if reason.urgency is Urgency.DETERIORATION:
        return f"{address('patient', treatment_id)}#curves-heading", _("Look at the curve")
    if reason.urgency is Urgency.FEEDBACK:
        return address("feedback", treatment_id, reason.object_id), _("Give feedback")
    messages = address("messages", treatment_id)
    return messages, _("Reply") if reason.urgency is Urgency.MESSAGE else _("Write a message")
