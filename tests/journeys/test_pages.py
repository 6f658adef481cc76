"""The main pages at two widths: pictures, no overflow, targets, axe, no complaints, no other origin.

Pictures go to test-results/pages/, or the folder in IKBT_PICTURES. With IKBT_UPDATE_IMAGES=1 those in the
README are made anew.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from ikbt.accounts.models import Person
from tests.design.screen_checks import axe_findings, overflow, small_targets, tokenless_forms
from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE
from tests.journeys.region import Region, seeded_region, session_of
from tests.journeys.stage import offstage

ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("IKBT_PICTURES") or ROOT / "test-results" / "pages")
README_PICTURES = {"home-390": "patient.png", "list-1280": "therapist.png"}
# Who looks at which page; None: nobody is signed in.
PAGES: dict[str, str | None] = {
    "start": None,
    "sign-in": None,
    "home": "patient",
    "module": "patient",
    "step": "patient",
    "exercise": "patient",
    "questionnaire": "newcomer",
    "help": "patient",
    "messages": "patient",
    "graph": "patient",
    "denied": "stranger",
    "list": "therapist",
    "patient": "therapist",
    "feedback": "therapist",
    "desk-messages": "therapist",
    "alert": "therapist",
    "editor": "editor",
    "unit": "manager",
    "forecast": "manager",
    "outcomes": "manager",
}
# Wagtail draws its admin: its small icon buttons (24 px and more, WCAG 2.5.8) are Wagtail's to enlarge.
WAGTAILS_OWN = {"editor"}


@pytest.fixture
def region(server: str) -> Region:
    return offstage(seeded_region)


class Watch:
    """Listens to a page: complaints in its console, and requests that leave our origin."""

    def __init__(self, page: Page, origin: str) -> None:
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        page.on("console", lambda said: self._heard(said, page))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", lambda asked: self._asked(asked.url, origin))

    def _heard(self, said: ConsoleMessage, page: Page) -> None:
        # The browser notes that the page it was told to open is a 404: that is the page under test.
        is_the_page = said.text.startswith("Failed to load resource") and said.location["url"] == page.url
        if said.type == "error" and not is_the_page:
            self.complaints.append(said.text)

    def _asked(self, url: str, origin: str) -> None:
        if not url.startswith((f"{origin}/", "data:", "blob:", f"{origin.replace('http', 'ws', 1)}/")):
            self.elsewhere.append(url)


def context_for(browser: Browser, server: str, person: Person | None, size: Any) -> BrowserContext:
    context = browser.new_context(
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        base_url=server,
        viewport=size,
        reduced_motion="reduce",
    )
    context.set_default_timeout(PATIENCE_MS)
    if person is not None:
        name = settings.SESSION_COOKIE_NAME
        context.add_cookies([{"name": name, "value": offstage(session_of, person), "url": server}])
    return context


def findings(page: Page, name: str) -> list[str]:
    """What is wrong with a page as it stands in its window."""
    found = [f"overflow: {one}" for one in overflow(page)]
    if name not in WAGTAILS_OWN:
        # Wagtail's editor posts by its script, which sends the token beside the form.
        found += [f"no token: {one}" for one in tokenless_forms(page)]
        found += [f"target: {one}" for one in small_targets(page)]
    return found + [f"axe: {one}" for one in axe_findings(page)]


def photograph(page: Page, name: str, width: int) -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}-{width}.png", full_page=True)
    image = README_PICTURES.get(f"{name}-{width}")
    if image and os.environ.get("IKBT_UPDATE_IMAGES") == "1":
        page.screenshot(path=PICTURES / image)
        (ROOT / "docs" / "images").mkdir(parents=True, exist_ok=True)
        shutil.copy(PICTURES / image, ROOT / "docs" / "images" / image)


def test_the_main_pages_are_fit_to_be_seen(
    browser: Browser, server: str, region: Region, subtests: pytest.Subtests
) -> None:
    """One region for all: seeding it takes longer than looking at it."""
    addresses = {"start": "/", "sign-in": "/logga-in/", **region.addresses}
    for size in (PHONE, DESK):
        for name, who in PAGES.items():
            person = getattr(region, who) if who else None
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, person, size)
                page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(addresses[name], wait_until="load")
                photograph(page, name, size["width"])
                found = findings(page, name)
                landed = page.url.removeprefix(server)
                context.close()
                assert response is not None
                assert response.status == (404 if name == "denied" else 200)
                assert landed == addresses[name], "sent elsewhere: another page was looked at"
                found += [f"console: {one}" for one in watch.complaints]
                found += [f"elsewhere: {one}" for one in watch.elsewhere]
                assert not found, "\n".join(found)
