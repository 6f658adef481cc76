"""The gate of sockets: decides before accepting whether origin, session and second factor are right."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.conf import settings
from django.http import parse_cookie

from ikbt.accounts.sessions import verified_person
from ikbt.common.scoping import serving

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[Any]]

FORBIDDEN = 4403


class SocketGate:
    """Puts the verified person and her session's key into the scope, or closes unaccepted (HTTP 403)."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> Any:
        key = _session_key(scope)
        person = await database_sync_to_async(verified_person)(key) if _own_origin(scope) else None
        if person is None:
            return await refuse(scope, receive, send)
        with serving():
            return await self.application({**scope, "person": person, "session_key": key}, receive, send)


async def refuse(scope: Scope, receive: Receive, send: Send) -> None:
    """Close before accepting; also the answer to an address where no socket is."""
    await receive()
    await send({"type": "websocket.close", "code": FORBIDDEN})


def _own_origin(scope: Scope) -> bool:
    """Scheme, host and port must be one of the settings' own: a host alone would let any local port in.

    The settings are read at each handshake, since a test server gets its port late.
    """
    origins = [value.decode("latin-1") for name, value in scope.get("headers", []) if name == b"origin"]
    return len(origins) == 1 and origins[0] in settings.WEBSOCKET_ORIGINS


def _session_key(scope: Scope) -> str | None:
    cookies = [value.decode("latin-1") for name, value in scope.get("headers", []) if name == b"cookie"]
    return parse_cookie("; ".join(cookies)).get(settings.SESSION_COOKIE_NAME)
