"""One's own data, the information about it and the manager's answers at two widths: no overflow, targets, axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from ikbt.common import clock
from ikbt.privacy.models import ErasureRequest
from tests.cast import Cast, gather
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stage import offstage
from tests.journeys.test_pages import Watch, context_for, findings, photograph

LONG = (
    "Jag vill att allt som jag skrev den första veckan tas bort, eftersom det handlar om någon annan än mig. "
    * 6
)
WORDS = (
    "Vi har läst det du skriver. Journalen ska sparas, men vi har lagt till en anteckning om hur du ser det."
)


def set_up() -> tuple[Cast, ErasureRequest]:
    """Two requests of Anna's, one of them answered."""
    cast = gather()
    asked = [
        ErasureRequest.objects.create(person=cast.anna, asked_at=clock.now(), words=LONG) for _ in range(2)
    ]
    asked[0].answers.create(
        unit=cast.alfa, decision="noted", words=WORDS, decided_by=cast.manager, decided_at=clock.now()
    )
    return cast, asked[1]


@pytest.mark.journey
def test_the_pages_of_privacy_are_fit_to_be_seen(
    browser: Browser, server: str, subtests: pytest.Subtests
) -> None:
    cast, asked = offstage(set_up)
    pages = {
        "my-data": (cast.anna, "/mina-uppgifter/"),
        "information": (cast.anna, f"/behandling/{cast.treatment.pk}/information/"),
        "home-with-information": (cast.anna, f"/behandling/{cast.treatment.pk}/"),
        "erasure-requests": (cast.manager, "/raderingsonskemal/"),
        "erasure-request": (cast.manager, f"/raderingsonskemal/{asked.pk}/"),
    }
    for size in (PHONE, DESK):
        for name, (person, address) in pages.items():
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, person, size)
                page: Page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(address, wait_until="load")
                photograph(page, name, size["width"])
                found = findings(page, name) + watch.complaints + watch.elsewhere
                context.close()
                assert response is not None
                assert response.status == 200
                assert not found, "\n".join(found)
