"""Puts a notice into the outbox: decides that a business key is noticed once, with the caller's commit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.outbox.models import Notice
from ikbt.outbox.tasks import deliver


def notify(person: Person, kind: Notice.Kind, *, key: str, at: datetime) -> Notice | None:
    """Store that a neutral mail is due; sent after the commit, and never twice for one key.

    None when she wants no mail. `key` names the occasion, e.g. "message:<treatment>:<day>", no content.
    """
    if not person.wants_mail or not person.is_active:
        return None
    notice, made = Notice.objects.get_or_create(
        key=key, defaults={"person": person, "kind": kind, "due_at": at}
    )
    if made:
        # robust: neither a broken queue nor a broken mail server may break the request that is done.
        transaction.on_commit(lambda: deliver.enqueue(str(notice.pk)), robust=True)
    return notice
