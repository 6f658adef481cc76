"""A new password of one's own: decides that it ends all other sessions and is told to its owner."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth import update_session_auth_hash
from django.db import transaction
from django.http import HttpRequest

from ikbt.accounts.models import Person, SessionRecord
from ikbt.accounts.sessions import end_sessions
from ikbt.accounts.signing_out import end_sockets_on_commit
from ikbt.accounts.telling import tell
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record


def change_password(request: HttpRequest, person: Person, password: str, *, by: Actor, at: datetime) -> None:
    """Store it and go on under a new session key; the old key and all other sessions are dead."""
    with transaction.atomic():
        locked = Person.objects.select_for_update().get(pk=person.pk)
        locked.set_password(password)
        locked.save(update_fields=["password"])
        old = request.session.session_key or ""
        update_session_auth_hash(request, locked)
        new = request.session.session_key or ""
        SessionRecord.objects.filter(session_key=old).update(session_key=new)
        record(Entry.Action.CHANGE, by=by, kind="password", object_id=person.pk)
        tell(locked, "password changed", key=f"{person.pk}:{at.isoformat()}", at=at)
        end_sessions(person.pk, but=new)
        end_sockets_on_commit(person.pk)
