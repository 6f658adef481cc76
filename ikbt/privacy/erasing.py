"""A request to be erased: decides that it is kept, and that what is no record goes at once if she wants."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.privacy.models import ErasureRequest
from ikbt.treatments.models import Draft

DRAFTS, MAIL = "drafts", "mail"
ERASABLE = (DRAFTS, MAIL)


def own_drafts(person: Person) -> QuerySet[Draft]:
    """Messages that she has begun to write as a patient and not sent."""
    return Draft.objects.filter(author=person, treatment__patient=person, purpose="message")


def request_erasure(
    person: Person, words: str, *, erase: Collection[str], by: Actor, at: datetime
) -> ErasureRequest:
    """Keep the request and erase at once what is chosen among ERASABLE; the rest waits for the care unit.

    Raises ValueError for anything else: the record and the log can't be erased here. Raises Unlogged.
    """
    if set(erase) - set(ERASABLE):
        raise ValueError("Only drafts of messages and the wish for mail can be erased at once.")
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        request = ErasureRequest(person=locked, asked_at=at, words=words)
        request.erased = {what: _ERASE[what](locked) for what in ERASABLE if what in erase}
        request.save()
        reason = ", ".join(f"{what}: {count}" for what, count in request.erased.items())
        kind = "erasure request"
        record(Entry.Action.CREATE, by=by, kind=kind, object_id=request.pk, patient=locked.pk, relation="own")
        if reason:
            record(Entry.Action.DELETE, by=by, kind=kind, patient=locked.pk, relation="own", reason=reason)
    return request


def _erase_drafts(person: Person) -> int:
    rows = own_drafts(person)
    count = rows.count()
    rows.delete()
    return count


def _erase_mail(person: Person) -> int:
    """Her wish to get notices; those about her sign-in are sent all the same, since they protect her."""
    had = person.notices_by != Person.NoticesBy.NONE
    person.notices_by = Person.NoticesBy.NONE
    person.save(update_fields=["notices_by"])
    return int(had)


_ERASE = {DRAFTS: _erase_drafts, MAIL: _erase_mail}
