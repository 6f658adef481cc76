"""The page warns before the session ends, keeps what is typed and the place of the cursor (A15)."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import expect

from tests.journeys.conftest import Open
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey
WARNING = "dialog[data-session-url]"


def test_a15_warning_keeps_typed_text_and_the_cursor(
    opened: Open, stage: Stage, settings: LazySettings
) -> None:
    page = opened(stage.klara)
    settings.SESSION_WARNING = settings.SESSION_COOKIE_AGE
    page.goto(f"/behandling/{stage.treatment.pk}/meddelanden/")
    field = page.locator("textarea[name=body]")
    field.press_sequentially("Jag skriver ")

    expect(page.locator(WARNING)).to_be_visible()
    page.keyboard.type("vidare")

    expect(field).to_have_value("Jag skriver vidare")
    expect(field).to_be_focused()


def test_a15_over_is_said_without_leaving_the_page(
    opened: Open, stage: Stage, settings: LazySettings
) -> None:
    page = opened(stage.klara)
    settings.SESSION_WARNING = settings.SESSION_COOKIE_AGE
    page.goto(f"/behandling/{stage.treatment.pk}/meddelanden/")
    expect(page.locator(WARNING)).to_be_visible()
    page.locator("textarea[name=body]").press_sequentially("Det här får inte försvinna")
    page.context.clear_cookies()

    page.click(f"{WARNING} button")

    expect(page.locator("[data-session-over]")).to_be_visible()
    expect(page.locator("textarea[name=body]")).to_have_value("Det här får inte försvinna")
    expect(page).to_have_url(re.compile("/meddelanden/"))
