"""What was done or refused is told where whoever did it sees it, on a phone with a long conversation too."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.cast import Cast
from tests.journeys.conftest import Open
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
