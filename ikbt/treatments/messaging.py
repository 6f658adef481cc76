"""Messages in a treatment's conversation: stored once, then announced; drafts kept on the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import desk_group, push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.answered_meanwhile import refuse_late_reply
from ikbt.treatments.attached_files import Accepted
from ikbt.treatments.attaching import attach
from ikbt.treatments.models import Draft, Message, Treatment
from ikbt.treatments.placeholders import check_filled

LONGEST = 10_000


def check_body(body: str) -> str:
    """The trimmed text; raises ValidationError when it is empty or says by how much it is too long."""
    trimmed = body.strip()
    if not trimmed:
        raise ValidationError(_("Write something before you send."), code="empty")
    if len(trimmed) > LONGEST:
        raise ValidationError(
            _(
                "The text is %(over)d characters too long. It is kept as a draft; shorten it or send it in two parts."
            ),
            code="long",
            params={"over": len(trimmed) - LONGEST},
        )
    return trimmed


def send_message(
    treatment: Treatment,
    body: str,
    *,
    sender: Person,
    client_key: UUID,
    by: Actor,
    at: datetime,
    seen: UUID | None = None,
    files: Sequence[Accepted] = (),
) -> Message:
    """Store a message with its files and announce it after commit; the same client key again gives the one that stands.

    `seen` is the last message that the therapist had on her page: what came later still waits for an answer, and when
    a colleague has written since, nothing is sent.
    Raises ValidationError for an empty or too long text, one of the care's with something left to fill in, or when the
    treatment takes no more messages.
    """
    text = check_body(body)
    if sender.pk != treatment.patient_id:
        check_filled(text)
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("patient", "therapist")
        locked = rows.get(pk=treatment.pk)
        standing = Message.objects.filter(treatment=locked, client_key=client_key).first()
        if standing is not None:
            return standing
        if not locked.is_running:
            raise ValidationError(
                _("The treatment has ended, so no more messages can be sent."), code="ended"
            )
        from_patient = sender.pk == locked.patient_id
        if not from_patient:
            refuse_late_reply(locked, sender=sender, seen=seen)
        message = Message.objects.create(
            treatment=locked,
            sender=sender,
            from_patient=from_patient,
            body=text,
            sent_at=at,
            client_key=client_key,
        )
        attach(message, files, by=by)
        if from_patient:
            Treatment.objects.filter(pk=locked.pk).update(last_active_at=at)
        else:
            open_ones = Message.objects.filter(treatment=locked, from_patient=True, answered_at=None)
            _up_to(open_ones, locked, seen).update(answered_at=at)
            # One notice an hour at most: ten lines in a row are one reason to look.
            notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"message:{locked.pk}:{at:%Y%m%d%H}", at=at)
        Draft.objects.filter(treatment=locked, author=sender, purpose="message").delete()
        record(Entry.Action.CREATE, by=by, kind="message", object_id=message.pk, patient=locked.patient_id)
        push_on_commit(treatment_group(locked.pk), "message", message=str(message.pk))
        push_on_commit(desk_group(locked.unit_id), "message", treatment=str(locked.pk))
    return message


def _up_to(messages: QuerySet[Message], treatment: Treatment, seen: UUID | None) -> QuerySet[Message]:
    """Those that stood on a page whose last message was `seen`: all without it, none for an unknown one."""
    if seen is None:
        return messages
    last = Message.objects.filter(treatment=treatment, pk=seen).first()
    return messages.filter(sent_at__lte=last.sent_at) if last else messages.none()


def mark_read(
    treatment: Treatment, *, reader_is_patient: bool, by: Actor, at: datetime, seen: UUID | None = None
) -> int:
    """Mark the other side's messages, up to `seen` when given, as read; returns how many were new."""
    unread = Message.objects.filter(treatment=treatment, from_patient=not reader_is_patient, read_at=None)
    with transaction.atomic():
        count = _up_to(unread, treatment, seen).update(read_at=at)
        if count:
            record(
                Entry.Action.CHANGE,
                by=by,
                kind="messages",
                object_id=treatment.pk,
                patient=treatment.patient_id,
                reason="read",
            )
            push_on_commit(treatment_group(treatment.pk), "read")
    return count


def close_without_answer(treatment: Treatment, *, by: Actor, at: datetime, seen: UUID | None = None) -> int:
    """Say that her unanswered messages, up to `seen` when given, need no answer; returns how many."""
    open_ones = Message.objects.filter(treatment=treatment, from_patient=True, answered_at=None)
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        count = _up_to(open_ones, treatment, seen).update(answered_at=at)
        if count:
            record(
                Entry.Action.CHANGE,
                by=by,
                kind="messages",
                object_id=treatment.pk,
                patient=treatment.patient_id,
                reason="no answer needed",
            )
            push_on_commit(desk_group(treatment.unit_id), "message", treatment=str(treatment.pk))
    return count


@dataclass(frozen=True)
class SavedDraft:
    """The stored draft; `other` is the text that stood there when the page saved from an older revision."""

    revision: int
    body: str
    other: str | None = None


def keep_draft(
    treatment: Treatment, purpose: str, body: str, *, author: Person, revision: int, at: datetime
) -> SavedDraft:
    """Keep a text that is being written; on a conflict both texts are kept, the other one above the newcomer's.

    `revision` is the number the page started from (0 for a new text).
    """
    with transaction.atomic():
        # Locking the treatment serialises two tabs that both write their first draft.
        Treatment.objects.select_for_update().only("pk").get(pk=treatment.pk)
        draft = Draft.objects.filter(treatment=treatment, author=author, purpose=purpose).first()
        if draft is None:
            draft = Draft(treatment=treatment, author=author, purpose=purpose)
        other = draft.body if draft.revision > revision and draft.body not in {"", body} else None
        draft.body = body if other is None or body in other else f"{other}\n\n---\n\n{body}"
        draft.revision, draft.saved_at = draft.revision + 1, at
        draft.save()
    return SavedDraft(draft.revision, draft.body, other)


def draft_of(treatment: Treatment, purpose: str, *, author: Person) -> Draft | None:
    """What the author had begun to write."""
    return Draft.objects.filter(treatment=treatment, author=author, purpose=purpose).first()
