"""A real server for the browser walks: pages and sockets from one process, over the test database."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import uvicorn
from django.conf import LazySettings
from django.db import connections
from playwright.sync_api import Browser, Page, expect
from wagtail.models import Collection, Locale
from wagtail.models import Page as WagtailPage

from ikbt.accounts.models import Person
from ikbt.asgi import application
from tests.cast import Cast, gather
from tests.journeys.stage import Stage, offstage, set_stage
from tests.journeys.walking import sign_in

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
Open = Callable[..., Page]
# Longer than Playwright's own five seconds: the suite's machine may do other work at the same time.
PATIENCE_MS = 15_000
expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture
def whole_database(transactional_db: None) -> None:
    """A database that other threads see, with what migrations put there and an earlier flush took away."""
    Locale.objects.get_or_create(language_code="sv")
    if not WagtailPage.objects.exists():
        WagtailPage.add_root(title="Root")
    if not Collection.objects.exists():
        Collection.add_root(name="Root")


@pytest.fixture
def server(whole_database: None, settings: LazySettings) -> Iterator[str]:
    """The address of a running server."""
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    address = f"http://localhost:{listening.getsockname()[1]}"
    settings.WEBSOCKET_ORIGINS = [address]
    server = uvicorn.Server(
        uvicorn.Config(application, log_level="error", lifespan="off", timeout_graceful_shutdown=2)
    )
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    _wait_for(server)
    yield address
    server.should_exit = True
    thread.join(timeout=10)
    assert not thread.is_alive(), "the server did not stop"
    connections.close_all()


def _wait_for(server: uvicorn.Server) -> None:
    until = time.monotonic() + 20
    turn = threading.Event()
    while not server.started:
        if time.monotonic() > until:
            pytest.fail("The test server did not start.")
        turn.wait(0.02)


@pytest.fixture
def played(server: str) -> Cast:
    """The cast, in a database that the server sees."""
    return offstage(gather)


@pytest.fixture
def stage(played: Cast) -> Stage:
    """The cast, and Klara who begins the real depression program with Tove."""
    return offstage(set_stage, played)


@pytest.fixture
def opened(browser: Browser, server: str) -> Iterator[Open]:
    """`opened(person, viewport=PHONE, **context)`: a browser of her own, signed in; None for nobody."""
    with ExitStack() as contexts:

        def open_for(person: Person | None, viewport: Any = PHONE, **more: Any) -> Page:
            context = browser.new_context(
                locale="sv-SE", timezone_id="Europe/Stockholm", viewport=viewport, base_url=server, **more
            )
            context.set_default_timeout(PATIENCE_MS)
            contexts.callback(context.close)
            page = context.new_page()
            if person is not None:
                sign_in(page, server, person)
            return page

        yield open_for
