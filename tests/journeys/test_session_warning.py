"""The page warns before the session ends, keeps what is typed and the place of the cursor (A15)."""

from __future__ import annotations

import re

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Person
from tests.journeys.conftest import DESK, Open
from tests.journeys.stage import Stage
from tests.journeys.walking import give_password_and_code

pytestmark = pytest.mark.journey
WARNING = "dialog[data-session-url]"
# Who, where, and a field that she writes in.
IN_THE_ADMINS = [
    ("editor", "/admin/pages/{program}/edit/", "input[name=title]"),
    ("administrator", "/django-admin/accounts/person/add/", "input[name=last_name]"),
]


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


def at_work(page: Page, somebody: Person) -> Page:
    """Signed in, on her own page: her work's own front page has no sign-out button to wait for."""
    page.goto("/logga-in/?next=/konto/")
    give_password_and_code(page, somebody)
    expect(page.locator("form[action$='/logga-ut/']").first).to_be_visible()
    return page


@pytest.mark.parametrize(("who", "path", "field"), IN_THE_ADMINS, ids=["wagtail", "django"])
def test_a15_the_admins_warn_too_and_what_was_typed_stays(
    opened: Open, stage: Stage, settings: LazySettings, who: str, path: str, field: str
) -> None:
    page = at_work(opened(None, viewport=DESK), getattr(stage.cast, who))
    stopped: list[str] = []
    page.on("console", lambda said: stopped.append(said.text) if "Content Security" in said.text else None)
    settings.SESSION_WARNING = settings.SESSION_COOKIE_AGE
    page.goto(path.format(program=stage.page.pk))
    written = page.locator(field).first
    written.fill("Det som var skrivet")
    expect(page.locator(f"{WARNING} h2")).to_be_visible()
    expect(page.locator("[data-session-soon]")).to_be_visible()
    page.context.clear_cookies()

    page.click(f"{WARNING} button")

    expect(page.locator("[data-session-over]")).to_be_visible()
    expect(written).to_have_value("Det som var skrivet")
    assert stopped == []


def test_a15_touching_a_key_in_the_editor_keeps_the_session_alive(
    opened: Open, stage: Stage, settings: LazySettings
) -> None:
    page = at_work(opened(None, viewport=DESK), stage.cast.editor)
    page.clock.install()
    page.goto(f"/admin/pages/{stage.page.pk}/edit/")
    page.clock.fast_forward("05:00")

    with page.expect_request(lambda sent: sent.url.endswith("/konto/session/") and sent.method == "POST"):
        page.locator("input[name=title]").first.press_sequentially("a")
