"""Another process of the product over the test's database, and a Redis of the test's own that it can stop."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest
from django.db import connection
from redis import Redis
from redis.exceptions import RedisError

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = 90


def wait_until(done: Callable[[], bool], *, what: str) -> None:
    """Wait for a state; fails when it does not come."""
    until, turn = time.monotonic() + PATIENCE_SECONDS, threading.Event()
    while not done():
        if time.monotonic() > until:
            pytest.fail(f"{what} within {PATIENCE_SECONDS} seconds")
        turn.wait(0.05)


@dataclass
class OwnRedis:
    """`start` and `stop`, at the same address each time; nothing is kept on disk."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def path(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.path}"

    def start(self) -> None:
        program = shutil.which("redis-server")
        if program is None:
            pytest.skip("redis-server is not installed")
        words = ["--port", "0", "--unixsocket", str(self.path), "--save", "", "--appendonly", "no"]
        self.process = subprocess.Popen(
            [program, *words, "--dir", str(self.folder)], stdout=subprocess.DEVNULL
        )
        wait_until(self._answers, what="redis-server answered")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(timeout=PATIENCE_SECONDS)
            self.process = None

    def _answers(self) -> bool:
        with Redis(unix_socket_path=str(self.path)) as client:
            try:
                return bool(client.ping())
            except RedisError:
                return False


@contextmanager
def another_process(*, redis: OwnRedis, state: Path) -> Iterator[str]:
    """The address of a server in a process of its own."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        address = f"http://localhost:{listening.getsockname()[1]}"
        own = {
            "DJANGO_SETTINGS_MODULE": "ikbt.settings.test",
            "IKBT_TEST_DATABASE_URL": database_address(),
            "IKBT_TEST_STATE_DIR": str(state),
            "IKBT_REDIS_URL": redis.url,
            "PYTEST_XDIST_WORKER": "main",
        }
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.journeys.other_process", str(listening.fileno()), address],
            cwd=ROOT,
            env={**os.environ, **own},
            pass_fds=[listening.fileno()],
        )
        try:
            wait_until(lambda: _serves(address, process), what="the other process served")
            yield address
        finally:
            process.terminate()
            process.wait(timeout=PATIENCE_SECONDS)


def database_address() -> str:
    """The database that this test writes to, as the settings take it."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{at['NAME']}"
    who = quote(at["USER"]) + (f":{quote(at['PASSWORD'])}" if at["PASSWORD"] else "")
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def _serves(address: str, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the other process ended"
    # It listens from the beginning: the first answer comes when it has started.
    with urlopen(f"{address}/logga-in/", timeout=PATIENCE_SECONDS) as answer:  # noqa: S310 - our own server
        return bool(answer.status == 200)


def serve(descriptor: int, address: str) -> None:
    """Serve pages and sockets at an address on a socket that is handed over."""
    import uvicorn
    from django.conf import settings

    settings.WEBSOCKET_ORIGINS = [address]
    from ikbt.asgi import application

    config = uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
    uvicorn.Server(config).run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    serve(int(sys.argv[1]), sys.argv[2])
