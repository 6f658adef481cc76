"""Every component in every layout holds on a small phone and on a desk, by day and by night."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from playwright.sync_api import Page

from tests.design.conftest import ROOT, Show, styleguide
from tests.design.screen_checks import axe_findings, overflow, small_targets

STATIC = ROOT / "ikbt" / "common" / "static"
WIRE = ["vendor/designsystemet/designsystemet.css", "css/app.css", "js/exit.js", "img/mark.svg"]
FONTS = ["vendor/figtree/figtree-latin.woff2"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("layout", ["patient", "therapist", "public"])
def test_all_components_pass_the_screen_checks(show: Show, layout: str, width: int, scheme: str) -> None:
    page = show(styleguide(layout), width, scheme)

    assert overflow(page) == []
    assert small_targets(page) == []
    assert axe_findings(page) == []


def test_a_language_from_right_to_left_overflows_nowhere(show: Show) -> None:
    page = show(styleguide("patient").replace('dir="ltr"', 'dir="rtl"', 1), 320)

    assert page.evaluate("getComputedStyle(document.body).direction") == "rtl"
    assert overflow(page) == []
    assert page.evaluate("getComputedStyle(document.querySelector('.app-graph__svg')).direction") == "ltr"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500", "503"])
def test_error_pages_pass_the_screen_checks(show: Show, name: str, scheme: str) -> None:
    page = show(render_to_string(f"{name}.html", {"request_id": "0123456789abcdef" * 2}), 320, scheme)

    assert overflow(page) == []
    assert small_targets(page) == []
    assert axe_findings(page) == []


def test_the_page_breaks_no_content_policy(show: Show, browser_errors: list[str]) -> None:
    page = show(styleguide("patient"))

    assert browser_errors == []
    assert page.evaluate("document.fonts.check('16px Figtree')")


def test_all_a_page_needs_is_under_100_kilobytes_on_the_wire() -> None:
    files = [gzip.compress((STATIC / name).read_bytes()) for name in WIRE]
    fonts = [(STATIC / name).read_bytes() for name in FONTS]
    page = gzip.compress(styleguide("patient").encode())

    total = sum(len(part) for part in [*files, *fonts, page])

    assert total < 60_000, "40 kB are left for a step's own words and scripts"


def test_a_page_read_at_night_is_printed_on_white(show: Show) -> None:
    page = show(styleguide("patient"), scheme="dark")
    colour = "getComputedStyle(document.querySelector('.app-card')).backgroundColor"
    at_night = page.evaluate(colour)

    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate(colour) == "rgb(255, 255, 255)" != at_night


def test_print_shows_answers_and_no_buttons(show: Show) -> None:
    page = show(styleguide("patient"))
    page.locator("textarea").first.fill("Jag gick ut varje dag.")

    page.emulate_media(media="print")

    assert page.locator("textarea").first.is_visible()
    assert not any(button.is_visible() for button in page.locator("button, .ds-button").all())
    assert not page.locator(".app-topbar, .app-header, .app-footer, .app-demo").first.is_visible()
    assert _height(page, ".app-graph__details table") > 100, "the curve's table is printed opened"


def _height(page: Page, selector: str) -> float:
    box = page.locator(selector).first.bounding_box()
    return box["height"] if box else 0


def test_the_style_sheet_uses_logical_properties_only() -> None:
    css = Path(STATIC / "css" / "app.css").read_text()

    words = ("-left:", "-right:", " left:", " right:", "text-align: left", "text-align: right")
    physical = [word for word in words if word in css]

    assert physical == []
