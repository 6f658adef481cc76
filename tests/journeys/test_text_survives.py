"""What a patient types is never lost: offline, in two windows, signed out; nor left on a shared device."""

from __future__ import annotations

import re

from django.contrib.sessions.models import Session
from django.urls import reverse
from playwright.sync_api import Page, expect

from ikbt.treatments.models import EntryVersion, Message, WorksheetEntry
from tests.cast import Cast
from tests.journeys.conftest import Open
from tests.journeys.stage import offstage
from tests.journeys.walking import STATUS, expect_saved, sign_in

TEXT = "[name=activity]"
DEVICE = "Object.keys(localStorage).filter((key) => key.startsWith('ikbt-draft:'))"


def diary(cast: Cast) -> str:
    return reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s02"])


def written(page: Page, cast: Cast, text: str) -> None:
    """Open the diary, type, wait for the word that it is saved."""
    page.goto(diary(cast))
    page.fill(TEXT, text)
    expect_saved(page)


def stored() -> set[str]:
    """The texts of all entries."""
    entries = offstage(lambda: list(WorksheetEntry.objects.all()))
    return {str(entry.values["activity"]) for entry in entries}


def test_text_typed_offline_is_sent_when_the_line_is_back(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    written(page, played, "Ute")

    page.context.set_offline(True)
    page.fill(TEXT, "Ute i skogen")
    expect(page.locator(STATUS)).to_contain_text("Sparas inte just nu")
    page.context.set_offline(False)

    expect_saved(page)
    assert page.evaluate(DEVICE) == []
    assert stored() == {"Ute i skogen"}


def test_text_in_a_tab_closed_offline_is_back_in_the_next(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    page.context.set_offline(True)
    page.fill(TEXT, "Hann inte sparas")
    page.close()

    page.context.set_offline(False)
    later = page.context.new_page()
    later.goto(diary(played))

    expect(later.locator(TEXT)).to_have_value("Hann inte sparas")
    # Sent by this page, or at the last moment by the one that closed: either way nothing waits on the device.
    later.wait_for_function(f"() => {DEVICE}.length === 0")
    assert stored() == {"Hann inte sparas"}


def test_two_windows_lose_neither_text(played: Cast, opened: Open) -> None:
    first = opened(played.anna)
    written(first, played, "Början")
    second = first.context.new_page()
    written(second, played, "Från det andra fönstret")

    first.goto(diary(played))
    second.fill(TEXT, "Från det andra fönstret, mer")
    expect_saved(second)
    expect(second.locator(STATUS)).to_contain_text(re.compile(r"\d"))
    first.fill(TEXT, "Från det första fönstret")

    expect(first.locator(STATUS)).to_contain_text("Båda finns kvar")
    expect(first.locator("form[data-autosave]")).to_contain_text("Från det andra fönstret")
    first.click("text=Fortsätt med texten i formuläret")
    expect_saved(first)
    kept = offstage(lambda: list(EntryVersion.objects.filter(why="conflict")))
    assert stored() == {"Från det första fönstret"}
    assert "Från det andra fönstret, mer" in {str(version.values["activity"]) for version in kept}


def test_an_ended_session_keeps_the_text_and_saves_it_after_signing_in(
    played: Cast, opened: Open, server: str
) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    offstage(lambda: Session.objects.all().delete())

    page.fill(TEXT, "Skrivet efter utloggning")
    expect(page.locator(STATUS)).to_contain_text("Du har blivit utloggad")
    expect(page.locator(TEXT)).to_have_value("Skrivet efter utloggning")
    sign_in(page.context.new_page(), server, played.anna)
    # A token from before the new session: the page fetches a fresh one by itself.
    page.fill(TEXT, "Skrivet efter utloggning, igen")

    expect_saved(page)
    assert stored() == {"Skrivet efter utloggning, igen"}


def test_signing_out_leaves_nothing_on_the_device(played: Cast, opened: Open) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    page.context.set_offline(True)
    page.fill(TEXT, "Ska inte ligga kvar")
    assert len(page.evaluate(DEVICE)) == 1
    page.context.set_offline(False)

    page.click("form[action$='/logga-ut/'] button")
    page.wait_for_url("**/logga-in/**")

    assert page.evaluate(DEVICE) == []


def test_another_person_on_the_device_never_meets_the_text(played: Cast, opened: Open, server: str) -> None:
    page = opened(played.anna)
    page.goto(diary(played))
    page.context.set_offline(True)
    page.fill(TEXT, "Bara Annas")
    page.close()

    page.context.set_offline(False)
    page.context.clear_cookies()
    hers = page.context.new_page()
    sign_in(hers, server, played.pia)
    hers.goto(reverse("treatments:step", args=[played.other_treatment.pk, "m01", "m01-s02"]))

    expect(hers.locator(TEXT)).to_have_value("")
    assert hers.evaluate(DEVICE) == []


def test_all_of_it_works_without_a_script(played: Cast, opened: Open) -> None:
    page = opened(played.anna, java_script_enabled=False)
    page.goto(diary(played))
    page.fill(TEXT, "Utan skript")
    page.click("button[formaction$='/utkast/']")
    expect(page.locator(TEXT)).to_have_value("Utan skript")
    page.click("label:has([name=block][value=morning])")
    page.click("label:has([name=mood][value='4'])")
    page.click("form[action$='/lamna-in/'] button:text('Lämna in')")
    expect(page.locator("#dina-svar")).to_contain_text("Utan skript")

    page.goto(reverse("treatments:messages", args=[played.treatment.pk]))
    page.fill("[name=body]", "Hej, jag har inget skript")
    page.click("#skriv button:text('Skicka')")

    expect(page.locator(".app-bubble")).to_contain_text("Hej, jag har inget skript")
    assert offstage(lambda: Message.objects.filter(from_patient=True).count()) == 1
