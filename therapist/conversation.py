"""The conversation as the desk shows it: who wrote, what is unanswered, what the patient has read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from ikbt.accounts.models import Person
from ikbt.treatments.models import Attachment, Message, Treatment


@dataclass(frozen=True)
class File:
    """A file that goes with a message, and where it is fetched; `size` None: that there are some, and where."""

    name: str
    size: int | None
    url: str


@dataclass(frozen=True)
class Bubble:
    """One message, in the shape of components/message_bubble.html."""

    id: UUID
    sender: str
    mine: bool
    sent_at: datetime
    text: str
    state: str
    files: list[File] = field(default_factory=list)


def conversation(treatment: Treatment, reader: Person) -> list[Bubble]:
    """All messages with their files, oldest first; two queries."""
    rows = (
        Message.objects.filter(treatment=treatment).select_related("sender").defer("sender__personal_number")
    )
    return bubbles(rows, reader, files=files_of(treatment))


def files_of(treatment: Treatment) -> dict[UUID, list[File]]:
    """The files of all messages, by the message; one query."""
    return {
        message: [
            File(one.name, one.size, reverse("therapist:attachment", args=[treatment.pk, one.pk]))
            for one in found
        ]
        for message, found in Attachment.objects.filter(treatment=treatment).by_message().items()
    }


def bubbles(
    messages: Iterable[Message], reader: Person, *, files: Mapping[UUID, list[File]] | None = None
) -> list[Bubble]:
    """Messages as the reader sees them; a colleague's stand on the care's side but under her own name."""
    return [
        Bubble(
            id=one.pk,
            sender=one.sender.name,
            mine=one.sender_id == reader.pk,
            sent_at=one.sent_at,
            text=one.body,
            state=_state(one),
            files=(files or {}).get(one.pk, []),
        )
        for one in messages
    ]


def unanswered(treatment: Treatment) -> int:
    """Messages from the patient that nobody has answered or said need no answer."""
    return Message.objects.filter(treatment=treatment, from_patient=True, answered_at=None).count()


def _state(message: Message) -> str:
    if message.from_patient:
        return "" if message.answered_at else _("Not answered")
    return _("Read") if message.read_at else ""
