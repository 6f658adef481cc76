"""Sign-out: ends the session, tells the log, and closes the person's open sockets."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from ikbt.accounts.models import Person, SessionRecord
from ikbt.accounts.signing_in import actor
from ikbt.audit.models import Entry
from ikbt.audit.recording import record, settle
from ikbt.common.live import person_group, send


def sign_out(request: HttpRequest, *, at: datetime, reason: str = "") -> None:
    """End the request's session; quiet when nobody is signed in. `reason` where it was not her own doing."""
    person = request.user if isinstance(request.user, Person) else None
    with transaction.atomic():
        if person is not None:
            by = actor(request, person, at=at)
            record(Entry.Action.SIGN_OUT, by=by, kind="session", reason=reason)
        SessionRecord.objects.filter(session_key=request.session.session_key or "").delete()
        # The browser's cookie goes with the answer, whatever becomes of the transaction: be sure of the log first.
        settle()
        logout(request)
        if person is not None:
            end_sockets_on_commit(person.pk)


def end_sockets_on_commit(person_id: UUID) -> None:
    """Ask every open socket of a person to look at its session again; those whose session is gone close."""
    # The session is gone already: a socket that misses this closes at its next look, within a minute.
    transaction.on_commit(lambda: send(person_group(person_id), {"type": "end"}))
