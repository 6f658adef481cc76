"""Watches each request's session: decides what counts as somebody being there, and ends what is over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from ikbt.accounts import session_limits
from ikbt.accounts.access import is_verified
from ikbt.accounts.models import SessionRecord
from ikbt.accounts.requests import wants_page
from ikbt.accounts.signing_out import sign_out
from ikbt.common import clock

Next = Callable[[HttpRequest], HttpResponseBase]


def end_stale_sessions(get_response: Next) -> Next:
    """Middleware: a session that rested too long or is too old ends before anything is shown."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if is_verified(request):
            now = clock.now()
            if session_limits.STARTED not in request.session:
                # Begun elsewhere than by our sign-in: from now on it has the strictest limits.
                session_limits.begin(request.session, at=now, staff=True)
                request.session[session_limits.FRESH] = 0
            if session_limits.seconds_left(request.session, at=now) <= 0:
                sign_out(request, at=now, reason="timed out")
            elif is_somebody(request):
                see(request, at=now)
        return get_response(request)

    return middleware


def is_somebody(request: HttpRequest) -> bool:
    """Opening or sending a page is somebody's doing; what scripts fetch by themselves is not.

    Wagtail's editor fetches all the time: previews, and every few seconds who else has the page open. In the admins
    too it is session-warning.js that tells of a touched key.
    """
    return wants_page(request)


def see(request: HttpRequest, *, at: datetime) -> None:
    """Mark that she is there, at most once a minute."""
    if not session_limits.is_due_to_be_seen(request.session, at=at):
        return
    request.session[session_limits.SEEN] = at.timestamp()
    SessionRecord.objects.filter(session_key=request.session.session_key).update(last_seen_at=at)


def time_left(request: HttpRequest) -> dict[str, object]:
    """Context of all templates: what the page's warning needs; nothing when nobody is signed in."""
    if not is_verified(request):
        return {}
    now = clock.now()
    return {
        "session_left": max(0, int(session_limits.seconds_left(request.session, at=now))),
        "session_warning": settings.SESSION_WARNING,
        "session_url": reverse("accounts:session"),
    }
