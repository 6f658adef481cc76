"""The way back: decides in which order a reply is doubted, and signs in only at the very end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

import requests
from authlib.common.errors import AuthlibBaseError
from django.http import HttpRequest

from ikbt.accounts import signing_in
from ikbt.accounts.electronic_id.calling import client
from ikbt.accounts.electronic_id.claims import Asked, read_id_token
from ikbt.accounts.electronic_id.discovering import endpoints_of
from ikbt.accounts.electronic_id.matching import match, told_by
from ikbt.accounts.electronic_id.providers import Provider
from ikbt.accounts.electronic_id.refusing import Refused
from ikbt.accounts.electronic_id.starting import LASTS, Pending, has_state, take_pending
from ikbt.accounts.models import ElectronicIdentity, Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.client_address import client_address

LONGEST_CODE = 4096
# The error words of RFC 6749 and OpenID Connect look so; anything else is not repeated in the log.
ERROR_WORD = re.compile(r"[a-z_]{1,40}", re.ASCII)


@dataclass(frozen=True)
class Arrived:
    """Who came, and what she was about to do."""

    person: Person
    path: str
    held: str


def take_reply(request: HttpRequest, provider: Provider, *, at: datetime) -> Arrived:
    """Check a reply and start a verified session; raises Refused, and then nobody is signed in.

    1. The address: nothing twice, the state of a sign-in that this browser began, in time, at this provider.
    2. The issuer, where replies name it (RFC 9207), and an error that the provider tells.
    3. The code, exchanged with the verifier that never left this server.
    4. The identity token, claim by claim.
    5. The person.
    """
    reply = _single(request)
    pending = _pending(request, reply.get("state", ""), provider, at=at)
    try:
        person = _signed_in(request, provider, reply, pending, at=at)
    except Refused as refused:
        refused.path, refused.held = pending.path, pending.held
        raise
    return Arrived(person, pending.path, pending.held)


def _signed_in(
    request: HttpRequest, provider: Provider, reply: dict[str, str], pending: Pending, *, at: datetime
) -> Person:
    _check_issuer(provider, reply)
    id_token, access_token = _exchange(provider, _code(reply), pending)
    asked = Asked(provider, pending.nonce, access_token, max_age=pending.max_age, at=at)
    told = told_by(provider, read_id_token(id_token, asked))
    identity = match(provider, told, by=_by(request), at=at)
    if pending.confirms not in {"", str(identity.user_id)}:
        raise Refused("another person than the one who is signed in", identity.user)
    if told.commission:
        _record_commission(request, identity, told.commission)
    person: Person = identity.user
    try:
        signing_in.sign_in(request, person, identity, at=at, way=f"e-ID {provider.key}")
    except ValueError as wrong:
        # The rules that hold for all ways in, such as a unit that demands something else.
        raise Refused("a session may not be opened so", person) from wrong
    return person


def _single(request: HttpRequest) -> dict[str, str]:
    """Each parameter once: of two, one server reads the first and another the last."""
    lists = dict(request.GET.lists())
    if any(len(values) != 1 for values in lists.values()):
        raise Refused("a parameter stands twice in the reply")
    return {name: values[0] for name, values in lists.items()}


def _pending(request: HttpRequest, state: str, provider: Provider, *, at: datetime) -> Pending:
    # A stranger's link with another state must not end the sign-in that is under way.
    if not has_state(request, state):
        raise Refused("state is not of this browser")
    pending = take_pending(request)
    if pending is None or pending.provider != provider.key:
        raise Refused("reply from another provider than asked")
    if not pending.began <= at <= pending.began + LASTS:
        raise Refused("reply came too late")
    return pending


def _check_issuer(provider: Provider, reply: dict[str, str]) -> None:
    named = reply.get("iss")
    if named is None and endpoints_of(provider).names_itself:
        raise Refused("reply does not name its issuer")
    if named is not None and named != provider.issuer:
        raise Refused("reply of another issuer")


def _code(reply: dict[str, str]) -> str:
    if "error" in reply:
        word = reply["error"] if ERROR_WORD.fullmatch(reply["error"]) else "something unreadable"
        raise Refused(f"provider said {word}")
    code = reply.get("code", "")
    if not 0 < len(code) <= LONGEST_CODE:
        raise Refused("reply without code")
    return code


def _exchange(provider: Provider, code: str, pending: Pending) -> tuple[str, str]:
    """Identity token and access token for a code; raises Refused."""
    try:
        with client(provider, redirect_uri=pending.return_url) as session:
            given = session.fetch_token(
                endpoints_of(provider).token,
                grant_type="authorization_code",
                code=code,
                code_verifier=pending.verifier,
                allow_redirects=False,
            )
    except (requests.RequestException, AuthlibBaseError, ValueError, TypeError, AttributeError) as failed:
        raise Refused("code was not exchanged") from failed
    id_token, access_token = given.get("id_token"), given.get("access_token")
    if not (isinstance(id_token, str) and isinstance(access_token, str) and access_token):
        raise Refused("no identity token for the code")
    if str(given.get("token_type", "")).lower() != "bearer":
        raise Refused("unknown token type")
    return id_token, access_token


def _record_commission(request: HttpRequest, identity: ElectronicIdentity, commission: str) -> None:
    """On which assignment a member of staff came, as the card's issuer tells it."""
    record(
        Entry.Action.READ,
        by=_by(request),
        kind="staff commission",
        object_id=identity.pk,
        reason=f"commission {commission}",
    )


def _by(request: HttpRequest) -> Actor:
    """Nobody is signed in yet: the identity's own row is written by the system."""
    return Actor(
        id=None,
        role="system",
        address=client_address(request) or None,
        request_id=getattr(request, "id", ""),
    )
