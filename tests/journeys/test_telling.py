"""What was done or refused is told where whoever did it sees it, on a phone with a long conversation too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import DESK, PHONE, Open
from tests.journeys.stage import offstage
from tests.therapist import scenes

pytestmark = pytest.mark.journey


def test_a_patient_who_sends_on_a_phone_sees_that_it_was_sent_or_refused(
    opened: Open, played: Cast, tmp_path: Path
) -> None:
    for _number in range(6):
        offstage(scenes.write, played.treatment, "En lång rad om veckan som gick. " * 20, sender=played.tove)
    page = opened(played.anna)
    page.goto(f"/behandling/{played.treatment.pk}/meddelanden/")
    told, send = page.locator("#messages"), page.get_by_role("button", name="Skicka", exact=True)
    page.fill("#body", "Här är bilden.")

    (tmp_path / "bild.gif").write_bytes(b"GIF89a" + b"\0" * 40)
    page.set_input_files("input[type=file]", tmp_path / "bild.gif")
    send.click()
    refused = told.get_by_text("Vi kan ta emot bilder")
    expect(refused).to_be_in_viewport()
    expect(page.locator("#body")).to_have_value("Här är bilden.")

    send.click()
    expect(told.get_by_text("Ditt meddelande är skickat.")).to_be_in_viewport()


def test_the_newest_of_a_long_conversation_is_one_tap_away_with_the_box_to_answer_in(
    opened: Open, played: Cast
) -> None:
    for _number in range(8):
        offstage(scenes.write, played.treatment, "En lång rad om veckan som gick. " * 10, sender=played.tove)
    offstage(scenes.write, played.treatment, "Det senaste.", sender=played.tove)
    page = opened(played.anna)

    page.get_by_role("link", name="Du har 9 nya meddelanden från Tove").click()
    expect(page.get_by_text("Det senaste.", exact=True)).to_be_in_viewport()
    expect(page.locator("#body")).to_be_in_viewport()

    page.get_by_role("link", name="Meddelanden").click()
    expect(page.get_by_text("Det senaste.", exact=True)).not_to_be_in_viewport()
    page.get_by_role("link", name="Till det senaste meddelandet").click()
    expect(page.get_by_text("Det senaste.", exact=True)).to_be_in_viewport()
    expect(page.locator("#body")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_therapist_comes_down_a_long_conversation_at_once(
    opened: Open, played: Cast, viewport: dict[str, int]
) -> None:
    for _number in range(8):
        offstage(scenes.write, played.treatment, "En lång rad om veckan som gick. " * 20)
    offstage(scenes.write, played.treatment, "Det senaste.")
    page = opened(played.tove, viewport=viewport)
    page.goto(f"/arbetslista/{played.treatment.pk}/meddelanden/")

    page.get_by_role("link", name="Till det senaste meddelandet").click()

    expect(page.get_by_text("Det senaste.", exact=True)).to_be_in_viewport()
    expect(page.get_by_label("Ditt meddelande")).to_be_in_viewport()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_day_s_two_times_stand_nearer_each_other_than_the_next_day(
    opened: Open, played: Cast, viewport: dict[str, int]
) -> None:
    page = opened(played.manager, viewport=viewport)
    page.goto(f"/enhet/installningar/{played.alfa.pk}/oppettider/")
    fields = page.locator("main input[type=time]")
    expect(fields).to_have_count(14)

    boxes = [one.locator("xpath=ancestor::div[1]").bounding_box() for one in fields.all()]
    tops = [box["y"] for box in boxes if box]
    ends = [box["y"] + box["height"] for box in boxes if box]
    within = [max(0.0, tops[at + 1] - ends[at]) for at in range(0, 14, 2)]
    between = [tops[at + 1] - ends[at] for at in range(1, 13, 2)]
    assert max(within) < min(between)
