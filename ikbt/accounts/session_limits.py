"""How long a session lives: decides by its marks when it is over and when its second factor is fresh."""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import datetime
from typing import Any

from django.conf import settings

# Marks in the session, as seconds since 1970 or a number of seconds.
STARTED, SEEN, IDLE, FRESH = "session_started", "session_seen", "session_idle", "session_fresh"
# A mark a minute is enough, and spares most requests a write.
SEEN_EVERY_SECONDS = 60

Session = MutableMapping[str, Any]


def begin(session: Session, *, at: datetime, staff: bool) -> None:
    """Mark a session that starts now with its second factor just given."""
    session[STARTED] = session[SEEN] = session[FRESH] = at.timestamp()
    session[IDLE] = settings.SESSION_IDLE_STAFF if staff else settings.SESSION_IDLE_PATIENT


def seconds_left(session: Session, *, at: datetime) -> float:
    """Until the session is over, by rest or by age, whichever comes first; 0 or less when it is."""
    if STARTED not in session:
        return float(settings.SESSION_IDLE_STAFF)
    rest = session[SEEN] + session[IDLE]
    age = session[STARTED] + settings.SESSION_COOKIE_AGE
    return float(min(rest, age) - at.timestamp())


def can_be_prolonged(session: Session, *, at: datetime) -> bool:
    """Rest is what ends it next, not its age."""
    age: float = session.get(STARTED, at.timestamp()) + settings.SESSION_COOKIE_AGE - at.timestamp()
    return age > seconds_left(session, at=at)


def is_due_to_be_seen(session: Session, *, at: datetime) -> bool:
    """The last mark is more than a minute old."""
    return bool(at.timestamp() - session.get(SEEN, 0) >= SEEN_EVERY_SECONDS)


def is_fresh(session: Session, *, at: datetime, seconds: float) -> bool:
    """The second factor was given within so many seconds; a mark from the future is not fresh."""
    age = at.timestamp() - session.get(FRESH, float("-inf"))
    return bool(0 <= age <= seconds)
