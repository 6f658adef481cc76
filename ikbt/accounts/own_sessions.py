"""Sessions as people see them: decides which are shown, and who ends whose, with their sockets."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.db import transaction

from ikbt.accounts.models import Person, SessionRecord
from ikbt.accounts.registering import administers
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def running(person: Person, *, at: datetime) -> list[SessionRecord]:
    """Those that still work, the last used first."""
    oldest = at - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    rested = at - timedelta(seconds=max(settings.SESSION_IDLE_PATIENT, settings.SESSION_IDLE_STAFF))
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    shown = SessionRecord.objects.filter(person=person, started_at__gt=oldest, last_seen_at__gt=rested)
    return list(shown.filter(session_key__in=alive))


def end_one(person: Person, session_id: UUID, *, by: Actor) -> bool:
    """End a session of hers; False when she has none of that id."""
    with transaction.atomic():
        found = SessionRecord.objects.select_for_update().filter(person=person, pk=session_id).first()
        if found is None:
            return False
        Session.objects.filter(pk=found.session_key).delete()
        found.delete()
        record(
            Entry.Action.SIGN_OUT, by=by, kind="session", object_id=session_id, reason="ended by its owner"
        )
        end_sockets_on_commit(person.pk)
    return True


def end_others(person: Person, *, keep: str | None, by: Actor) -> int:
    """End all of hers but the one of this key; returns how many."""
    with transaction.atomic():
        ended = end_sessions(person.pk, but=keep)
        record(Entry.Action.SIGN_OUT, by=by, kind="session", reason=f"{ended} others ended by their owner")
        end_sockets_on_commit(person.pk)
    return ended


def end_all_of(person: Person, *, by: Actor, at: datetime) -> int:
    """An administrator ends all of somebody's, as when a device is lost; returns how many. Raises PermissionDenied."""
    if not administers(by.id, at):
        raise PermissionDenied("Only an administrator ends other people's sessions.")
    with transaction.atomic():
        ended = end_sessions(person.pk)
        reason = f"{ended} ended by an administrator"
        record(Entry.Action.SIGN_OUT, by=by, kind="session", object_id=person.pk, reason=reason)
        end_sockets_on_commit(person.pk)
    return ended
