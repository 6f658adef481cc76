"""Serves rendered templates and static files to a browser without a server or a database."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from playwright.sync_api import Browser, Page, Route

from ikbt.common import style_guide
from ikbt.common.catalogues import compile_catalogues

ROOT = Path(__file__).resolve().parents[2]
HOST = "http://design.test"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'"
)
Show = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium; no sandbox, since the tests may run as root in a container."""
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium"), "args": ["--no-sandbox"]}


@pytest.fixture(scope="session", autouse=True)
def swedish_catalogues() -> None:
    compile_catalogues(ROOT)


def styleguide(layout: str) -> str:
    """The style guide in one of the layouts."""
    samples = style_guide.samples() | {"layout": f"layouts/{layout}.html", "demo_profile": True}
    if layout == "therapist":
        samples |= {"nav": samples["desk_nav"], "person_name": "Karin Lind"}
    return render_to_string("layouts/styleguide.html", samples)


@pytest.fixture
def browser_errors() -> list[str]:
    """What the browser's console complained of, such as breaches of the content security policy."""
    return []


@pytest.fixture
def show(browser: Browser, browser_errors: list[str]) -> Any:
    """show(html, width, scheme) opens a rendered page under our content security policy."""
    opened: list[Page] = []

    def open_page(html: str, width: int = 390, scheme: Any = "light") -> Page:
        page = browser.new_page(viewport={"width": width, "height": 844}, color_scheme=scheme)
        opened.append(page)
        page.on("console", lambda said: browser_errors.append(said.text) if said.type == "error" else None)
        page.route("**/*", lambda route: _fulfil(route, html))
        page.goto(HOST, wait_until="networkidle")
        return page

    yield open_page
    for page in opened:
        page.close()


def _fulfil(route: Route, html: str) -> None:
    path = urlsplit(route.request.url).path
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if path == "/":
        headers = {"Content-Security-Policy": POLICY}
        route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=headers)
    elif path == "/lamna/":
        route.fulfill(body=render_to_string("layouts/closed.html"), content_type="text/html; charset=utf-8")
    elif isinstance(found, str):
        route.fulfill(path=found)
    else:
        route.fulfill(status=404)
