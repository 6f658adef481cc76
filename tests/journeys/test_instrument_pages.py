"""The editors' pages of instruments at two widths; a file goes from the form over the preview into the unit's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, expect

from ikbt.common import clock
from measurements.models import UnitWording
from programs.site_tree import ensure_site
from tests.cast import Cast, gather
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stage import offstage
from tests.journeys.test_pages import Watch, context_for, findings, photograph
from tests.measurements.invented import swedish_fhir

# Wagtail draws its admin; its small icon buttons are Wagtail's to enlarge.
OWN = "editor"


def set_up() -> Cast:
    """The cast, with the tree that gives editors their rights."""
    cast = gather()
    ensure_site([cast.alfa, cast.beta], by=None, at=clock.now())
    return cast


def stored() -> list[tuple[str, str]]:
    return [(row.slug, row.language) for row in UnitWording.objects.all()]


@pytest.mark.journey
def test_the_pages_of_instruments_are_fit_to_be_seen_and_a_file_becomes_the_units_wording(
    browser: Browser, server: str, subtests: pytest.Subtests
) -> None:
    cast = offstage(set_up)
    pages = {
        "instruments": "/admin/instrument/alfa/",
        "instrument": "/admin/instrument/alfa/phq-9/",
        "instrument-bring": "/admin/instrument/alfa/lagg-in/",
        "instrument-numbers": "/admin/instrument/alfa/phq-9/granser/",
    }
    for size in (PHONE, DESK):
        for name, address in pages.items():
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, cast.publisher, size)
                page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(address, wait_until="load")
                photograph(page, name, size["width"])
                found = findings(page, OWN) + watch.complaints + watch.elsewhere
                context.close()
                assert response is not None
                assert response.status == 200
                assert not found, "\n".join(found)
    context = context_for(browser, server, cast.editor, PHONE)
    page = context.new_page()
    page.goto(pages["instrument-bring"])
    file = {"name": "isi.json", "mimeType": "application/json", "buffer": swedish_fhir("isi")}
    page.set_input_files("input[name=file]", file)  # type: ignore[arg-type]
    page.fill("input[name=licence_holder]", "Påhittad")
    page.fill("textarea[name=licence_note]", "Avtal 2026")
    page.get_by_role("button", name="Läs filen").click()
    expect(page.get_by_text("Påhittad fråga isi-q7")).to_be_visible()
    photograph(page, "instrument-preview", PHONE["width"])
    assert offstage(stored) == []
    page.get_by_role("button", name="Spara ordalydelsen").click()
    expect(page.get_by_text("Ordalydelsen för ISI är sparad.")).to_be_visible()
    assert offstage(stored) == [("isi", "sv")]
    context.close()
