"""No test here may call another machine: whoever tries is named."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest

LOCAL = {"127.0.0.1", "::1", "localhost"}


@pytest.fixture(autouse=True)
def outward_calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Addresses of other machines that were connected to; a test that leaves any there fails."""
    tried: list[str] = []
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in LOCAL:
            tried.append(str(address[0]))
            raise ConnectionRefusedError(f"A test called {address[0]}.")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield tried
    assert tried == []
