"""Puts a notice into the outbox: decides that a business key is noticed once, with the caller's commit."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from ikbt.accounts.models import Person
from ikbt.outbox.channels import is_owed
from ikbt.outbox.limits import LATEST, next_daytime
from ikbt.outbox.models import Notice
from ikbt.outbox.tasks import deliver


def notify(person: Person, kind: Notice.Kind, *, key: str, at: datetime) -> Notice | None:
    """Store that a neutral notice is due; sent after the commit, and never twice for one key.

    None when none is owed. `key` names the occasion, e.g. "message:<treatment>:<day>", no content.
    """
    if not is_owed(person, kind):
        return None
    return _queue(key, {"person": person, "kind": kind, "due_at": at})


def notify_by_rule(
    person: Person, kind: Notice.Kind, *, key: str, rule: str, version: int, subject: UUID, at: datetime
) -> Notice | None:
    """As `notify`, for what no human's act asks for: it goes by day, within the limits, and only if still wanted."""
    if not is_owed(person, kind):
        return None
    due = next_daytime(at)
    told = {"rule": rule, "rule_version": version, "subject": subject, "wanted_until": due + LATEST}
    return _queue(key, {"person": person, "kind": kind, "due_at": due, **told})


def tell_of_sign_in(person: Person, key: str, at: datetime) -> None:
    """What accounts tells through: her sign-in changed; the mail does not say how."""
    notify(person, Notice.Kind.SIGN_IN_CHANGED, key=f"sign-in:{key}"[:120], at=at)


def _queue(key: str, row: dict[str, object]) -> Notice:
    notice, made = Notice.objects.get_or_create(key=key, defaults=row)
    if made:
        # robust: neither a broken queue nor a broken mail server may break the request that is done.
        transaction.on_commit(lambda: deliver.enqueue(str(notice.pk)), robust=True)
    return notice
