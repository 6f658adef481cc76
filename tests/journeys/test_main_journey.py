"""The main job, end to end: a patient works, answers and is helped; her therapist reads and answers."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import Alert, ModuleProgress, TreatmentEvent, WorksheetEntry
from measurements.storing import definition_of
from tests.journeys.conftest import DESK, Open
from tests.journeys.stage import Stage
from tests.journeys.walking import (
    SUBMIT,
    Frames,
    answer,
    expect_saved,
    fill,
    hand_in,
)

WALK = "Gick runt kvarteret med hunden fast det regnade"
GOAL = "Äta middag med min syster en gång i veckan"
REASON = "Klara har redan övat på det här i gruppen i våras."
REPLY = "Ring mig gärna i morgon klockan 10, så pratar vi om din vecka."


def test_a_patient_is_treated_over_the_internet(stage: Stage, opened: Open, server: str) -> None:
    patient = opened(stage.klara)
    _reads_a_step(patient, stage)
    _writes_and_closes_the_browser(patient, stage)

    patient = opened(stage.klara)
    _finds_the_same_text_and_hands_in(patient, stage)
    _answers_and_sees_help_at_once(patient, stage)
    frames = Frames().of(patient)
    _waits_in_the_conversation(patient)

    therapist = opened(stage.cast.tove, viewport=DESK)
    _finds_her_first_and_reads(therapist, stage)
    _gives_feedback_and_opens_the_next_module(therapist, stage)
    _replies(therapist, stage)

    _sees_the_reply_without_reload(patient, frames)
    _finds_feedback_and_the_new_module(patient, stage)


def _reads_a_step(page: Page, stage: Stage) -> None:
    expect(page).to_have_url(re.compile(f"/behandling/{stage.treatment.pk}/"))
    page.click("section[aria-labelledby=today] a")
    expect(page.locator("h1")).to_have_text("Välkommen")
    page.click("form[action$='/klar/'] button")
    expect(page.locator("h1")).to_have_text("Vad är en depression?")


def _writes_and_closes_the_browser(page: Page, stage: Stage) -> None:
    page.goto(f"/behandling/{stage.treatment.pk}/modul/m01/steg/m01-s06/")
    fill(page, {"date": f"{clock.today():%Y-%m-%d}", "block": "morning", "activity": WALK, "mood": "6"})
    expect_saved(page)
    page.goto(f"/behandling/{stage.treatment.pk}/modul/m01/steg/m01-s05/")
    fill(page, {"goals-0-goal": GOAL, "goals-0-first_step": "Skicka ett sms"})
    expect_saved(page)
    page.context.close()


def _finds_the_same_text_and_hands_in(page: Page, stage: Stage) -> None:
    module = f"/behandling/{stage.treatment.pk}/modul/m01"
    page.goto(f"{module}/steg/m01-s05/")
    expect(page.locator("[name=goals-0-goal]")).to_have_value(GOAL)
    fill(page, {"goals-0-measure": "Vi har ätit ihop", "goals-0-attainment": "2"})
    hand_in(page)
    page.goto(f"{module}/steg/m01-s06/")
    expect(page.locator("[name=activity]")).to_have_value(WALK)
    fill(page, {"mastery": "3"})
    hand_in(page)
    assert WorksheetEntry.objects.filter(treatment=stage.treatment, state="handed_in").count() == 2

    page.goto(f"{module}/")
    page.click(f"form[action$='/lamna-in/'] {SUBMIT}")
    page.click(f"form:has([name=confirmed]) {SUBMIT}")
    expect(page.locator("form[action$='/lamna-in/']")).to_have_count(0)
    assert ModuleProgress.objects.get(treatment=stage.treatment, module_key="m01").submitted_at is not None


def _answers_and_sees_help_at_once(page: Page, stage: Stage) -> None:
    occasion = stage.occasion("phq-9")
    page.goto(f"/behandling/{stage.treatment.pk}/")
    page.click(f"a[href*='/skattning/{occasion.pk}/']")
    answer(page, definition_of(occasion.instrument), [2, 2, 1, 2, 1, 2, 1, 1, 2])

    expect(page).to_have_url(re.compile("/hjalp/"))
    for number in ("112", "1177", "021-17 57 00", "021-17 00 00"):
        expect(page.locator(f"main a[href='tel:{number.replace(' ', '')}']")).to_be_visible()
    alert = Alert.objects.get(treatment=stage.treatment)
    assert (alert.level, alert.occasion_id) == ("high", occasion.pk)


def _waits_in_the_conversation(page: Page) -> None:
    page.click("nav a[href$='/meddelanden/']")
    expect(page.locator("[data-conversation]")).to_be_attached()


def _finds_her_first_and_reads(page: Page, stage: Stage) -> None:
    expect(page).to_have_url(re.compile("/arbetslista/"))
    first = page.locator("tr.desk-row").first
    expect(first).to_contain_text("Klara Holm")
    expect(first.locator(".desk-reason").first).to_contain_text("PHQ-9")
    expect(page.locator("tr.desk-row", has_text="Adam Abel")).to_be_visible()
    first.get_by_role("link", name="Klara Holm").click()
    expect(page.locator("main")).to_contain_text(WALK)


def _gives_feedback_and_opens_the_next_module(page: Page, stage: Stage) -> None:
    page.locator("a[href$='/modul/m01/']").first.click()
    expect(page.locator("main")).to_contain_text(GOAL)
    page.fill("[name=body]", "Fint att du kom ut, fast det regnade.")
    page.check("[name=next][value=open]")
    page.fill("[name=reason]", REASON)
    page.locator("form", has=page.locator("[name=body]")).locator(SUBMIT).first.click()
    expect(page).to_have_url(re.compile("/skickat/"))

    progress = ModuleProgress.objects.get(treatment=stage.treatment, module_key="m02")
    assert (progress.reason, progress.opened_by) == (REASON, stage.cast.tove)
    event = TreatmentEvent.objects.get(treatment=stage.treatment, kind="module_opened")
    assert (event.reason, event.actor, event.module_key) == (REASON, stage.cast.tove, "m02")
    assert Entry.objects.filter(
        actor=stage.cast.tove.pk,
        patient=stage.klara.pk,
        object_kind="module",
        object_id="m02",
        reason="ahead of rule",
    ).exists()


def _replies(page: Page, stage: Stage) -> None:
    page.goto(f"/arbetslista/{stage.treatment.pk}/meddelanden/")
    page.fill("[name=body]", REPLY)
    page.locator("form", has=page.locator("[name=body]")).locator(SUBMIT).first.click()
    expect(page.locator(".app-bubble__text", has_text=REPLY)).to_be_visible()


def _sees_the_reply_without_reload(page: Page, frames: Frames) -> None:
    expect(page.locator(".app-bubble__text", has_text=REPLY)).to_be_visible()
    assert frames.addresses[0].startswith("ws://localhost:")
    assert "message" in frames.kinds(), frames.received
    assert REPLY not in str(frames.received), "a hint carries no text"


def _finds_feedback_and_the_new_module(page: Page, stage: Stage) -> None:
    page.goto(f"/behandling/{stage.treatment.pk}/modul/m01/")
    expect(page.locator("#aterkoppling")).to_contain_text("Fint att du kom ut")
    page.goto(f"/behandling/{stage.treatment.pk}/modul/m02/")
    expect(page.locator("h1")).to_have_text("Aktivitet och stämning")
