"""Puts a notice into the outbox: decides that a business key is noticed once, with the caller's commit."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.outbox.models import Notice
from ikbt.outbox.sending import is_owed
from ikbt.outbox.tasks import deliver


def notify(person: Person, kind: Notice.Kind, *, key: str, at: datetime) -> Notice | None:
    """Store that a neutral mail is due; sent after the commit, and never twice for one key.

    None when none is owed. `key` names the occasion, e.g. "message:<treatment>:<day>", no content.
    """
    if not is_owed(person, kind):
        return None
    notice, made = Notice.objects.get_or_create(
        key=key, defaults={"person": person, "kind": kind, "due_at": at}
    )
    if made:
        # robust: neither a broken queue nor a broken mail server may break the request that is done.
        transaction.on_commit(lambda: deliver.enqueue(str(notice.pk)), robust=True)
    return notice


def tell_of_sign_in(person: Person, key: str, at: datetime) -> None:
    """What accounts tells through: her sign-in changed; the mail does not say how."""
    notify(person, Notice.Kind.SIGN_IN_CHANGED, key=f"sign-in:{key}"[:120], at=at)
