"""Text survives the hard ways out: a session that ended, signing out unsaved, a browser without script."""

from __future__ import annotations

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from ikbt.common import clock
from ikbt.treatments.models import Message, ModuleProgress, WorksheetEntry
from measurements.models import Occasion
from measurements.storing import definition_of
from tests.cast import Cast
from tests.journeys.conftest import DESK, Open
from tests.journeys.walking import (
    STATUS,
    SUBMIT,
    answer,
    expect_said,
    expect_saved,
    fill,
    give_password_and_code,
    hand_in,
)

TEXT = "Gick till biblioteket och lånade en bok om fåglar"
STORED = "Object.keys(localStorage).filter(key => key.startsWith('ikbt-'))"


def diary(cast: Cast) -> str:
    return f"/behandling/{cast.treatment.pk}/modul/m01/steg/m01-s02/"


def kept(cast: Cast) -> list[object]:
    """The activities of all stored entries."""
    entries = WorksheetEntry.objects.filter(treatment=cast.treatment).order_by("created_at")
    return [entry.values.get("activity") for entry in entries]


def test_the_link_to_sign_in_again_leads_back_to_the_text(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    Session.objects.all().delete()

    page.fill("[name=activity]", TEXT)
    expect_said(page, "signed-out")
    with page.context.expect_page() as second:
        page.locator(f"{STATUS} a").click()
    give_password_and_code(second.value, played.anna)

    expect(second.value.locator("[name=activity]")).to_have_value(TEXT)
    expect_saved(second.value)
    assert kept(played) == [TEXT]


def test_handing_in_after_the_session_ended_loses_nothing(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    fill(page, {"date": f"{clock.today():%Y-%m-%d}", "block": "morning", "activity": TEXT, "mood": "6"})
    expect_saved(page)
    Session.objects.all().delete()

    page.click("form[data-autosave] button[type=submit]:not([formaction]):not([name=rows]):visible")
    give_password_and_code(page, played.anna)
    page.click(f"main form {SUBMIT}:visible")

    expect(page.locator("#dina-svar")).to_contain_text(TEXT)
    entry = WorksheetEntry.objects.get(treatment=played.treatment)
    assert (entry.state, entry.values["activity"]) == ("handed_in", TEXT)


def test_without_script_she_reads_answers_hands_in_and_writes(played: Cast, opened: Open) -> None:
    page = opened(played.anna, java_script_enabled=False)
    _reads_and_writes_without_script(page, played)
    _answers_without_script(page, played)

    page.goto(f"/behandling/{played.treatment.pk}/meddelanden/")
    page.fill("[name=body]", "Hej, jag har skrivit i dagboken.")
    page.click(f"#skriv {SUBMIT}:not([formaction])")
    expect(page.locator(".app-bubble__text")).to_have_text("Hej, jag har skrivit i dagboken.")
    assert Message.objects.get(treatment=played.treatment).sender == played.anna


def _reads_and_writes_without_script(page: Page, cast: Cast) -> None:
    page.click("section[aria-labelledby=today] a")
    expect(page.locator("h1")).to_have_text("Välkommen")
    page.click("form[action$='/klar/'] button")
    fill(page, {"date": f"{clock.today():%Y-%m-%d}", "block": "morning", "activity": TEXT, "mood": "6"})
    hand_in(page)
    expect(page.locator("#dina-svar")).to_contain_text(TEXT)
    page.goto(f"/behandling/{cast.treatment.pk}/modul/m01/")
    page.click(f"form[action$='/lamna-in/'] {SUBMIT}")
    page.click(f"form:has([name=confirmed]) {SUBMIT}")
    assert ModuleProgress.objects.get(treatment=cast.treatment).submitted_at is not None


def _answers_without_script(page: Page, cast: Cast) -> None:
    occasion = Occasion.objects.get(series=cast.treatment.series_id, instrument__slug="phq-9", kind="pre")
    page.goto(f"/behandling/{cast.treatment.pk}/skattning/{occasion.pk}/")
    answer(page, definition_of(occasion.instrument), [1, 1, 1, 1, 0, 0, 0, 0, 1])
    expect(page.locator("main a[href='tel:112']")).to_be_visible()
    occasion.refresh_from_db()
    assert occasion.answered_at is not None


def test_signing_out_sends_what_was_typed_and_leaves_none_of_it_behind(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    page.context.set_offline(True)
    page.fill("[name=activity]", TEXT)
    expect_said(page, "failed")
    assert page.evaluate(STORED) != []

    page.context.set_offline(False)
    page.click("form[action$='/logga-ut/'] button")
    expect(page.locator("input[name=email]")).to_be_visible()

    assert page.evaluate(STORED) == []
    assert kept(played) == [TEXT], "what was typed goes to the server on the way out"


def test_a_refused_refresh_leaves_the_page_of_whoever_is_writing(played: Cast, opened: Open) -> None:
    desk, anna = opened(played.tove, viewport=DESK), opened(played.anna)
    desk.goto(f"/arbetslista/{played.treatment.pk}/meddelanden/")
    desk.fill("textarea[name=body]", TEXT)
    desk.route("**/nya/", lambda route: route.fulfill(status=403, body="{}"))
    desk.evaluate("window.stayed = true")

    for line in ("Ett", "Två"):
        with desk.expect_response("**/nya/"):
            anna.goto(f"/behandling/{played.treatment.pk}/meddelanden/")
            anna.fill("textarea[name=body]", line)
            anna.click(f"main form:has(textarea[name=body]) {SUBMIT}:not([formaction])")

    assert desk.evaluate("window.stayed") is True
    expect(desk.locator("textarea[name=body]")).to_have_value(TEXT)
