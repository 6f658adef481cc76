"""Keeps sessions in Django's own table and way; only the reading of one, which every request does, is prepared."""

from __future__ import annotations

from datetime import datetime

from django.contrib.sessions.backends.db import SessionStore as DatabaseSessionStore
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from ikbt.common.prepared import Prepared


def _standing(key: str, now: datetime) -> models.QuerySet[Session]:
    return Session.objects.filter(session_key=key, expire_date__gt=now)


_STANDING = Prepared(_standing, by=(models.CharField(), models.DateTimeField()))


class SessionStore(DatabaseSessionStore):
    """As Django's, which calls this to load one; the name is part of what a session is signed with."""

    def _get_session_from_db(self) -> Session | None:
        found = _STANDING.first(self.session_key, timezone.now())
        if found is None:
            self._session_key = None
        return found
