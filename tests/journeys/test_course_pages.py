"""The pages of a course at two widths, staff's and her own: no overflow, targets one can hit, nothing for axe."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Transfer
from ikbt.treatments.pausing import pause_treatment, resume_treatment
from ikbt.treatments.prolonging import prolong_treatment
from ikbt.treatments.starting import prepare_treatment, sign_decision
from tests.cast import DECIDED, Cast, gather, give, person
from tests.ikbt.treatments.courses import tove
from tests.journeys.conftest import DESK, PHONE, Open
from tests.journeys.stage import offstage
from tests.journeys.test_pages import Watch, context_for, findings, photograph
from tests.therapist import scenes
from tests.therapist.unit.scene import coordinator, offered

LONG = (
    "Hon flyttar till Beta i mars och vill gå kvar i samma program med en behandlare som hon kan träffa. " * 4
)


@dataclass(frozen=True)
class Scene:
    """A course that has been paused and prolonged, one that waits to start, one that another unit offers."""

    cast: Cast
    carin: Person
    offer: Transfer


def set_up() -> Scene:
    cast = gather()
    course = cast.treatment
    pause_treatment(course, days=3, by=tove(cast), at=clock.now(), reason=LONG[:160])
    resume_treatment(course, by=tove(cast), at=clock.now())
    prolong_treatment(course, weeks=2, reason="Sjuk i två veckor.", by=tove(cast), at=clock.now())
    for number in range(2):
        ready = prepare_treatment(
            give(person("Vera", f"Andersson-Lindqvist{number}"), Role.PATIENT),
            version=cast.version,
            unit=cast.alfa,
            therapist=cast.tove,
            starts_on=clock.today(),
            by=SYSTEM,
            at=clock.now(),
        )
        if number:
            sign_decision(ready, DECIDED, signed_by=cast.tove, by=tove(cast), at=clock.now())
    scenes.high_alert(cast.other_treatment)
    offer = offered(cast.other_treatment, to=cast.alfa)
    return Scene(cast, coordinator(cast.alfa), offer)


@pytest.mark.journey
def test_the_pages_of_a_course_are_fit_to_be_seen(
    browser: Browser, server: str, subtests: pytest.Subtests
) -> None:
    scene = offstage(set_up)
    cast = scene.cast
    pages = {
        "course": (cast.tove, f"/arbetslista/{cast.treatment.pk}/gang/"),
        "starts": (scene.carin, "/enhet/starter/"),
        "prepare": (scene.carin, "/enhet/starter/ny/"),
        "offer": (scene.carin, f"/enhet/erbjudanden/{scene.offer.pk}/"),
        "own-course": (cast.anna, f"/behandling/{cast.treatment.pk}/gang/"),
        "home-with-course": (cast.anna, f"/behandling/{cast.treatment.pk}/"),
    }
    for size in (PHONE, DESK):
        for name, (someone, address) in pages.items():
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, someone, size)
                page: Page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(address, wait_until="load")
                page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
                photograph(page, name, size["width"])
                found = findings(page, name) + watch.complaints + watch.elsewhere
                context.close()
                assert response is not None
                assert response.status == 200
                assert not found, "\n".join(found)


@pytest.mark.journey
def test_a_therapist_pauses_a_course_and_lets_it_go_on(opened: Open, played: Cast) -> None:
    page = opened(played.tove, viewport=DESK)
    page.goto(f"/arbetslista/{played.treatment.pk}/gang/")

    page.locator("summary", has_text="Pausa").click()
    page.fill("[name=pausa-until]", f"{clock.today() + timedelta(days=7):%Y-%m-%d}")
    page.fill("[name=pausa-reason]", "Reser bort en vecka.")
    page.get_by_role("button", name="Pausa: Anna Lind").click()
    expect(page.get_by_role("status").filter(has_text="pausad").first).to_be_visible()

    page.locator("summary", has_text="Fortsätt efter pausen").click()
    page.get_by_role("button", name="Fortsätt efter pausen: Anna Lind").click()
    expect(page.locator("summary", has_text="Pausa")).to_be_visible()


@pytest.mark.journey
def test_ones_own_page_is_reached_on_a_phone_too(opened: Open, played: Cast) -> None:
    for who in (played.anna, played.tove):
        page = opened(who)
        link = page.get_by_role("link", name=who.name)
        expect(link).to_be_visible()
        link.click()
        expect(page.get_by_role("heading", name="Min inloggning")).to_be_visible()
