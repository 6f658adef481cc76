"""Questionnaires in a browser: the desk's two pages at both widths, and a choice that is kept as it is made."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from ikbt.common import clock
from measurements.models import Occasion
from measurements.recording import keep_draft_answers
from tests.cast import Cast, gather
from tests.ikbt.treatments.patient import first_phq9
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stage import offstage
from tests.journeys.test_pages import Watch, context_for, findings, photograph
from tests.therapist.scenes import codes


def begun_by_herself() -> tuple[Cast, Occasion]:
    """The cast, and Anna's PHQ-9 with one answer chosen."""
    cast = gather()
    occasion = first_phq9(cast)
    keep_draft_answers(occasion, codes("phq-9", [1, *[None] * 8]), at=clock.now())
    return cast, occasion


def test_the_desk_s_questionnaires_are_fit_to_be_seen(
    browser: Browser, server: str, subtests: pytest.Subtests
) -> None:
    cast, occasion = offstage(begun_by_herself)
    first = f"/arbetslista/{cast.treatment.pk}/skattningar/"
    for size in (PHONE, DESK):
        for name, address in {"desk-waiting": first, "desk-entry": f"{first}{occasion.pk}/"}.items():
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, cast.tove, size)
                page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(address, wait_until="load")
                photograph(page, name, size["width"])
                found = findings(page, name) + watch.complaints + watch.elsewhere
                context.close()
                assert response is not None
                assert response.status == 200
                assert not found, "\n".join(found)


def test_a_choice_is_kept_as_it_is_made(browser: Browser, server: str) -> None:
    cast, occasion = offstage(begun_by_herself)
    address = f"/behandling/{cast.treatment.pk}/skattning/{occasion.pk}/"
    context = context_for(browser, server, cast.anna, PHONE)
    page = context.new_page()
    page.goto(address, wait_until="load")

    with page.expect_response(lambda answer: answer.request.method == "POST") as kept:
        page.locator("fieldset").last.get_by_role("radio").last.check()
    context.close()

    assert kept.value.status == 204
    assert len(offstage(lambda: Occasion.objects.get(pk=occasion.pk).draft)) == 2
