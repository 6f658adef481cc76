"""The conversation as the patient reads it: bubbles with who, when and whether it was read, and her draft."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID, uuid4

from django.utils.translation import gettext as _

from ikbt.treatments.access import Mine
from ikbt.treatments.messaging import draft_of
from ikbt.treatments.models import Attachment, Draft, Message
from ikbt.treatments.pages.frame import address
from ikbt.treatments.uploads import ACCEPT

# Enough for a whole treatment; older ones are on the pages before.
PAGE = 100


def bubbles(mine: Mine, messages: Iterable[Message]) -> list[dict[str, object]]:
    """Messages as components/message_bubble.html takes them; one query, for the files that go with them."""
    files = Attachment.objects.filter(treatment=mine.treatment).by_message()
    return [
        {
            "id": message.pk,
            "sender": message.sender.name,
            "mine": message.from_patient,
            "sent_at": message.sent_at,
            "text": message.body,
            "state": (_("Read") if message.read_at else _("Sent")) if message.from_patient else "",
            "files": [
                {"name": one.name, "size": one.size, "url": address("attachment", mine, attachment_id=one.pk)}
                for one in files.get(message.pk, ())
            ],
        }
        for message in messages
    ]


def latest(mine: Mine) -> tuple[list[Message], bool]:
    """The latest messages, oldest first, and whether there are more before them."""
    rows = (
        Message.objects.filter(treatment=mine.treatment).select_related("sender").order_by("-sent_at", "-id")
    )
    found = list(rows[: PAGE + 1])
    return found[:PAGE][::-1], len(found) > PAGE


def before(mine: Mine, message_id: UUID) -> tuple[list[Message], bool]:
    """The messages before one of them, oldest first, and whether there are more; none for an unknown id."""
    rows = (
        Message.objects.filter(treatment=mine.treatment).select_related("sender").order_by("-sent_at", "-id")
    )
    mark = rows.filter(pk=message_id).first()
    if mark is None:
        return [], False
    found = list(rows.filter(sent_at__lte=mark.sent_at).exclude(pk=mark.pk)[: PAGE + 1])
    return found[:PAGE][::-1], len(found) > PAGE


def after(mine: Mine, message_id: UUID | None) -> list[Message]:
    """The messages from one on, that one left out; all of the latest when the id is unknown."""
    rows = Message.objects.filter(treatment=mine.treatment).select_related("sender").order_by("sent_at", "id")
    mark = rows.filter(pk=message_id).first() if message_id else None
    if mark is None:
        return latest(mine)[0]
    # The same moment may hold two messages: the page knows by their ids which ones it has.
    return list(rows.filter(sent_at__gte=mark.sent_at).exclude(pk=mark.pk)[:PAGE])


def _begun(mine: Mine) -> Draft | None:
    """What she has begun to write, for her own eyes and while she may send it."""
    writes = mine.treatment.is_running and mine.sees_drafts
    return draft_of(mine.treatment, "message", author=mine.person) if writes else None


def conversation_page(mine: Mine, *, older_than: UUID | None, body: str | None = None) -> dict[str, object]:
    """Context of treatments/messages.html beside the frame; `body` is what a refused post has typed."""
    messages, more = before(mine, older_than) if older_than else latest(mine)
    draft = _begun(mine)
    return {
        "shown": bubbles(mine, messages),
        "first": messages[0].pk if messages and more else None,
        "has_new": any(not message.from_patient and message.read_at is None for message in messages),
        "draft": draft,
        "body": body if body is not None else draft.body if draft else "",
        "revision": draft.revision if draft else 0,
        "client_key": uuid4(),
        "accept": ACCEPT,
        # Staff who look as she does are not there as she.
        "shows_presence": mine.person.shows_presence and mine.sees_drafts,
        "presence_url": address("presence", mine),
        "send_url": address("messages", mine),
        "draft_url": address("message_draft", mine),
        "read_url": address("messages_read", mine),
        "newer_url": address("newer_messages", mine),
        "socket_path": f"/ws/behandling/{mine.treatment.pk}/",
    }
