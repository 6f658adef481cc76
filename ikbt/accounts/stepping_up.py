"""Step-up: decides that a fresh second factor rotates the session and counts for five minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django_otp.models import Device

from ikbt.accounts import held, session_limits
from ikbt.accounts.confirm_page import confirm_page
from ikbt.accounts.models import Person, SessionRecord
from ikbt.accounts.requests import wants_page
from ikbt.accounts.signing_in import actor
from ikbt.audit.models import Entry
from ikbt.audit.recording import record
from ikbt.common import clock

P = ParamSpec("P")


def step_up(request: HttpRequest, person: Person, device: Device, *, at: datetime) -> None:
    """The second factor was given again: a new session key, fresh from now. The old key is dead."""
    if device.user_id != person.pk or not device.confirmed:
        raise ValueError("Only one's own confirmed device counts.")
    old = request.session.session_key or ""
    with transaction.atomic():
        by = actor(request, person, at=at)
        record(
            Entry.Action.SIGN_IN, by=by, kind="session", reason=f"confirmed with {device._meta.verbose_name}"
        )
        request.session.cycle_key()
        request.session[session_limits.FRESH] = request.session[session_limits.SEEN] = at.timestamp()
        new = request.session.session_key or ""
        SessionRecord.objects.filter(session_key=old).update(session_key=new, last_seen_at=at)


View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def fresh(minutes: float | None = None) -> Callable[[View[P]], View[P]]:
    """`@ONESELF("POST")`, then `@fresh()`, above a view: asks for the second factor if it is not fresh.

    A post is held in the page that asks, and sent again after it: nothing of the form is lost.
    """

    def decorate(view: View[P]) -> View[P]:
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            return challenge(request, minutes=minutes) or view(request, *args, **kwargs)

        return wraps(view)(guarded)

    return decorate


def challenge(request: HttpRequest, *, minutes: float | None = None) -> HttpResponse | None:
    """None when the second factor is fresh; else the page that asks for it (a script gets 403 "step_up")."""
    seconds = settings.STEP_UP_LASTS if minutes is None else minutes * 60
    if session_limits.is_fresh(request.session, at=clock.now(), seconds=seconds):
        return None
    if not wants_page(request):
        return JsonResponse({"error": "step_up"}, status=403)
    kept = held.take(request.POST) if request.method == "POST" else ""
    return confirm_page(request, path=request.get_full_path(), kept=kept, status=403 if kept else 200)
