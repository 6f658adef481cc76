"""The way out: decides what the browser takes to the provider, and what its session remembers meanwhile."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from authlib.common.urls import add_params_to_uri
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest

from ikbt.accounts.access import is_verified
from ikbt.accounts.electronic_id.calling import client
from ikbt.accounts.electronic_id.discovering import endpoints_of
from ikbt.accounts.electronic_id.providers import Provider
from ikbt.common.fields import Unreadable, seal, unseal

PENDING = "electronic_id"
# A reply was refused in this session.
ANEW = "electronic_id_anew"
LASTS = timedelta(minutes=10)
# For sensitive acts she must have shown her e-ID this many seconds ago at most.
CONFIRMED_WITHIN = 5 * 60
RANDOM_BYTES = 32
# RFC 7636 asks for 43 to 128 signs.
VERIFIER_BYTES = 48
# Longer texts would make the session table a store for anybody; the password keeps them in the page.
LONGEST_HELD = 250_000


class HeldTooLong(ValueError):
    """What she was sending is too long to be kept on the way."""


@dataclass(frozen=True)
class Pending:
    """A sign-in that is under way in one browser."""

    provider: str
    state: str
    nonce: str
    verifier: str
    return_url: str
    began: datetime
    path: str
    held: str
    max_age: int
    # The id of the person who is signed in already and confirms that it is still she; empty: nobody is.
    confirms: str


def begin(
    request: HttpRequest, provider: Provider, *, return_url: str, path: str, kept: str, at: datetime
) -> str:
    """Remember the sign-in in the session and return the provider's address to go to.

    `kept` is a form on its way to `path`; sealed, since a session's table is no place for anybody's words.
    Somebody who is signed in confirms with it that it is still she. A sign-in that this browser began before
    is forgotten. Raises Refused, HeldTooLong.
    """
    if len(kept) > LONGEST_HELD:
        raise HeldTooLong("What was written is too long to be kept.")
    endpoint = endpoints_of(provider).authorization
    max_age = min(provider.max_age, CONFIRMED_WITHIN) if is_verified(request) else provider.max_age
    state, nonce = secrets.token_urlsafe(RANDOM_BYTES), secrets.token_urlsafe(RANDOM_BYTES)
    verifier = secrets.token_urlsafe(VERIFIER_BYTES)
    request.session[PENDING] = {
        "provider": provider.key,
        "state": state,
        "nonce": nonce,
        "verifier": verifier,
        "return_url": return_url,
        "began": at.isoformat(),
        "path": path,
        "held": seal(kept, place=_place(state)) if kept else "",
        "max_age": max_age,
        "confirms": str(request.user.pk) if is_verified(request) else "",
    }
    with client(provider, redirect_uri=return_url) as session:
        url, _ = session.create_authorization_url(
            endpoint,
            state=state,
            nonce=nonce,
            code_verifier=verifier,
            max_age=max_age,
            **_wishes(request, provider),
        )
    return str(add_params_to_uri(url, list(provider.parameters.items())))


def take_pending(request: HttpRequest) -> Pending | None:
    """The sign-in that this browser began; the session forgets it: of several replies one is taken."""
    with transaction.atomic():
        Session.objects.select_for_update().filter(pk=request.session.session_key).first()
        # Read again behind the lock: another reply may have been taken since this request began.
        stored = type(request.session)(request.session.session_key)
        kept = stored.pop(PENDING, None)
        if kept is not None:
            stored.save()
    request.session.pop(PENDING, None)
    if kept is None:
        return None
    return Pending(**{**kept, "began": datetime.fromisoformat(kept["began"]), "held": _opened(kept)})


def has_state(request: HttpRequest, state: str) -> bool:
    """Whether this browser's sign-in under way is the one that `state` tells of."""
    kept = request.session.get(PENDING) or {}
    return secrets.compare_digest(str(kept.get("state", "")).encode(), state.encode()) and bool(state)


def ask_anew(request: HttpRequest) -> None:
    """Let the next way out demand a new sign-in there: a provider that keeps people would answer the same.

    A visitor without a session, as a passing robot, gets none for it.
    """
    if request.session.session_key:
        request.session[ANEW] = True


def _wishes(request: HttpRequest, provider: Provider) -> Mapping[str, str]:
    level = {"acr_values": provider.acr_values} if provider.acr_values else {}
    anew = ANEW in request.session and "prompt" not in provider.parameters
    return {**level, "prompt": "login"} if anew else level


def _opened(kept: Mapping[str, Any]) -> str:
    try:
        return unseal(kept["held"], place=_place(kept["state"])) if kept["held"] else ""
    except Unreadable:
        # The key ring was changed within these ten minutes; she is signed in all the same.
        return ""


def _place(state: str) -> str:
    return f"session.{PENDING}.held:{state}"
