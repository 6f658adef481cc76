"""One's own page: how one signs in, where one is signed in, and what can be changed about it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from ikbt.accounts import factors, own_sessions, passkey_policy, signing_in
from ikbt.accounts.access import ONESELF
from ikbt.accounts.models import Person, RecoverySheet
from ikbt.accounts.preferring import notices_go_by
from ikbt.accounts.stepping_up import fresh
from ikbt.accounts.views.private_page import private_page
from ikbt.common import clock
from ikbt.common.phone_number import as_written


@ONESELF("GET")
def own_page(request: HttpRequest, person: Person) -> HttpResponse:
    """Everything about one's own sign-in."""
    own, now = factors.own_factors(person), clock.now()
    context = {
        "person": person,
        "own": own,
        "sheet": RecoverySheet.objects.filter(user=person).first(),
        "sessions": own_sessions.running(person, at=now),
        "current_key": request.session.session_key,
        "owes_passkey": signing_in.OWES_PASSKEY in request.session,
        "notices_by": notices_go_by(person),
        "phone": as_written(person.phone),
        "policy": passkey_policy.demanded_of(person, at=now),
    }
    return private_page(request, "accounts/own_page.html", context)


@ONESELF("POST")
@fresh()
def remove(request: HttpRequest, person: Person, kind: str, factor_id: UUID) -> HttpResponse:
    """Remove an app or a passkey; the last one stays."""
    at, key = clock.now(), request.session.session_key
    by = signing_in.actor(request, person, at=at)
    try:
        factors.remove_factor(person, kind, factor_id, keep_session=key, by=by, at=at)
    except factors.LastFactor:
        return say(request, gettext("This is your only way in. Add another one first."), messages.WARNING)
    return say(request, gettext("It is removed. You have been signed out everywhere else."))


@ONESELF("POST")
def end_session(request: HttpRequest, person: Person, session_id: UUID) -> HttpResponse:
    """End one of one's own sessions."""
    at = clock.now()
    if not own_sessions.end_one(person, session_id, by=signing_in.actor(request, person, at=at)):
        raise Http404
    return say(request, gettext("That session is ended."))


@ONESELF("POST")
def end_other_sessions(request: HttpRequest, person: Person) -> HttpResponse:
    """End all but this one."""
    by = signing_in.actor(request, person, at=clock.now())
    own_sessions.end_others(person, keep=request.session.session_key, by=by)
    return say(request, gettext("You are signed out everywhere else."))


def say(request: HttpRequest, words: str, level: int = messages.SUCCESS) -> HttpResponse:
    """Back to one's own page, with a message there."""
    messages.add_message(request, level, words)
    return redirect("accounts:own_page")
