"""The therapist's ten minutes: the sickest of sixty on top, feedback to the next patient in three acts, all by keys."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from ikbt.accounts.models import Snippet
from ikbt.common import clock
from ikbt.treatments.models import Feedback, ModuleProgress, Treatment
from tests.cast import Cast
from tests.journeys.conftest import DESK, PHONE, Open
from tests.journeys.stage import offstage
from tests.therapist import scenes

pytestmark = pytest.mark.journey
PATIENTS = 60
FOCUSED_NAME = "a.desk-row__name:focus"


def started(cast: Cast, name: str, *, days_ago: int = 0) -> Treatment:
    return scenes.started(name, unit=cast.alfa, therapist=cast.tove, version=cast.version, days_ago=days_ago)


def sixty(cast: Cast) -> None:
    """Anna, fifty-eight who have been watched for days, and one who has just answered at high risk."""
    for number in range(PATIENTS - 2):
        scenes.watch_alert(started(cast, f"Bevakas{number}", days_ago=3), at=clock.now() - timedelta(days=2))
    scenes.high_alert(started(cast, "Sjukast"))


def two_who_wait(cast: Cast) -> None:
    """Two modules handed in, whose rules let the next one open."""
    for name in ("Första", "Andra"):
        treatment = started(cast, name, days_ago=6)
        scenes.diary_entry(treatment)
        scenes.goal(treatment)
        scenes.hand_in(treatment)
    Snippet.objects.create(
        unit=cast.alfa, title="Bra gjort", body="Hej {förnamn}! Vi hörs {dag}.", changed_by=cast.manager
    )


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_t1_the_sickest_of_sixty_is_on_top_without_a_click(
    opened: Open, played: Cast, viewport: dict[str, int]
) -> None:
    offstage(sixty, played)

    page = opened(played.tove, viewport=viewport)

    first = page.locator("tr.desk-row").first
    expect(page).to_have_url(re.compile("/arbetslista/$"))
    expect(first).to_contain_text("Sjukast")
    expect(first.locator(".desk-reason").first).to_contain_text("Hög risk")
    expect(page.locator("tr.desk-row")).to_have_count(PATIENTS)
    expect(first.locator("a").first).to_be_in_viewport()


def test_t2_feedback_the_next_module_and_the_next_patient_in_three_acts(opened: Open, played: Cast) -> None:
    offstage(two_who_wait, played)
    page = opened(played.tove, viewport=DESK)

    page.locator("tr.desk-row .desk-reason a", has_text="Väntar på återkoppling").first.click()  # one
    expect(page.locator(".desk-for-whom")).to_contain_text("Första Testsson")
    expect(page.locator("[name=next][value=open]")).to_be_checked()
    page.fill("[name=body]", "Fint att du kom ut.")
    page.get_by_role("button", name="Skicka till Första Testsson, gå till nästa").click()  # two

    expect(page.locator(".desk-for-whom")).to_contain_text("Andra Testsson")
    expect(page.locator("#messages")).to_contain_text("Skickat till Första Testsson")
    sent = Feedback.objects.select_related("treatment__patient").get()
    assert sent.treatment.patient.first_name == "Första"
    assert ModuleProgress.objects.filter(treatment=sent.treatment, module_key="m02").exists()


def test_t4_the_desk_by_keys_alone(opened: Open, played: Cast) -> None:
    offstage(two_who_wait, played)
    page = opened(played.tove, viewport=DESK)
    stopped: list[str] = []
    page.on("console", lambda said: stopped.append(said.text) if "Content Security" in said.text else None)

    # The page's scripts listen from then on.
    page.wait_for_load_state("load")
    page.keyboard.press("?")
    expect(page.locator("[data-keys-help]")).to_be_visible()
    page.keyboard.press("Escape")
    _finds_a_name_and_leaves_the_search(page)
    page.keyboard.press("j")
    expect(page.locator(FOCUSED_NAME)).to_have_text("Första Testsson")
    page.keyboard.press("j")
    expect(page.locator(FOCUSED_NAME)).to_have_text("Andra Testsson")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Första Testsson")
    page.wait_for_load_state("load")
    page.keyboard.press("r")
    expect(page).to_have_url(re.compile("/modul/m01/$"))
    page.wait_for_load_state("load")
    _writes_and_sends_by_keys(page)

    expect(page.locator(".desk-for-whom")).to_contain_text("Andra Testsson")
    assert Feedback.objects.get().body == "rj?f"
    assert stopped == []


def _finds_a_name_and_leaves_the_search(page: Page) -> None:
    page.keyboard.press("f")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("andra")
    expect(page.locator("tr.desk-row:visible")).to_have_count(1)
    assert "andra" not in page.url
    page.keyboard.press("Control+a")
    page.keyboard.press("Backspace")
    expect(page.locator("tr.desk-row:visible")).to_have_count(3)
    page.keyboard.press("Tab")


def _writes_and_sends_by_keys(page: Page) -> None:
    """Letters are letters inside a field."""
    page.keyboard.press("r")
    expect(page.locator("textarea[name=body]")).to_be_focused()
    page.keyboard.type("rj?f")
    send = page.get_by_role("button", name="gå till nästa")
    for _press in range(12):
        page.keyboard.press("Tab")
        if send.evaluate("one => one === document.activeElement"):
            break
    expect(send).to_be_focused()
    page.keyboard.press("Enter")


def test_whoever_turns_the_keys_off_types_past_them(opened: Open, played: Cast) -> None:
    page = opened(played.tove, viewport=DESK)
    page.goto("/arbetslista/tangenter/")
    page.get_by_role("button", name="Stäng av kortkommandona").click()
    expect(page.locator("#messages")).to_contain_text("Kortkommandona är av.")
    page.goto("/arbetslista/")

    page.keyboard.press("j")
    page.keyboard.press("?")

    expect(page.locator(FOCUSED_NAME)).to_have_count(0)
    expect(page.locator("[data-keys-help]")).to_have_count(0)


def test_t5_a_template_is_put_in_and_not_sent_before_it_is_filled_in(opened: Open, played: Cast) -> None:
    offstage(two_who_wait, played)
    page = opened(played.tove, viewport=PHONE)
    page.locator("tr.desk-row .desk-reason a", has_text="Väntar på återkoppling").first.click()

    page.locator("[data-snippets] > summary").click()
    page.locator("[data-snippets] li summary").click()
    page.get_by_role("button", name="Infoga ”Bra gjort”").click()
    expect(page.locator("textarea[name=body]")).to_have_value("Hej Första! Vi hörs {dag}.")
    page.get_by_role("button", name="Skicka till Första Testsson", exact=True).click()

    expect(page.locator("textarea[name=body]")).to_have_value("Hej Första! Vi hörs {dag}.")
    expect(page.locator("main")).to_contain_text("Fyll i {dag} innan du skickar.")
    assert not Feedback.objects.exists()
