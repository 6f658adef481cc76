"""A browser's socket in tests, straight to an ASGI application; Channels' own would need daphne."""

from __future__ import annotations

import json
from typing import Any

from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.test import Client

ORIGIN = "http://testserver"


class Socket:
    """`await socket.connect()`, then `say` and `hear`."""

    def __init__(self, application: Any, scope: dict[str, Any]) -> None:
        # asgiref carries no hints for its test tools.
        self._wire: Any = ApplicationCommunicator(application, scope)  # type: ignore[no-untyped-call]

    async def connect(self) -> tuple[bool, int | None]:
        """(True, None) when accepted, else (False, the code it was closed with)."""
        await self._wire.send_input({"type": "websocket.connect"})
        answer = await self._wire.receive_output(timeout=10)
        return answer["type"] == "websocket.accept", answer.get("code")

    async def say(self, content: object) -> None:
        """Send JSON to the server."""
        await self.send_frame(text=json.dumps(content))

    async def send_frame(self, **frame: str | bytes) -> None:
        """Send `text` or `bytes` as they are."""
        await self._wire.send_input({"type": "websocket.receive", **frame})

    async def hear(self) -> Any:
        """JSON from the server; fails when it closes instead."""
        frame = await self._wire.receive_output(timeout=10)
        assert frame["type"] == "websocket.send", frame
        return json.loads(frame["text"])

    async def closed_with(self) -> int:
        """The code that the server closes with."""
        frame = await self._wire.receive_output(timeout=10)
        assert frame["type"] == "websocket.close", frame
        code: int = frame["code"]
        return code

    async def leave(self) -> None:
        """The browser goes away."""
        await self._wire.send_input({"type": "websocket.disconnect", "code": 1000})
        await self._wire.wait(timeout=10)


def socket_to(
    application: Any, path: str, client: Client | None = None, origin: str | None = ORIGIN
) -> Socket:
    """A socket with a client's session, or nobody's, not yet connected. `origin` None: no such header."""
    headers = []
    if client is not None:
        key = client.cookies[settings.SESSION_COOKIE_NAME].value
        headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={key}".encode()))
    if origin is not None:
        headers.append((b"origin", origin.encode()))
    scope = {"type": "websocket", "path": path, "query_string": b"", "headers": headers, "subprotocols": []}
    return Socket(application, scope)
