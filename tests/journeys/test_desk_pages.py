"""The desk's newer pages at two widths are fit to be seen; a page counts what is worked on it, not what is idle."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Request

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.attached_files import Accepted
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import CarePlan, ModuleProgress, Transfer, TreatmentEvent
from ikbt.treatments.replanning import Reasoned, hold_module
from tests.cast import Cast, gather
from tests.ikbt.treatments.courses import tove
from tests.ikbt.treatments.nights import nights
from tests.journeys.conftest import DESK, PHONE
from tests.journeys.stage import offstage
from tests.journeys.test_pages import Watch, context_for, findings, photograph
from tests.therapist import scenes
from tests.therapist.unit.scene import offered

LONG = "Hon flyttar till Beta i mars och vill vänta med nästa modul tills hon har kommit i ordning. " * 3
IDLE_SECONDS = 60


@dataclass(frozen=True)
class Scene:
    """A course with a held module, three weeks of nights, files, a shared plan, and an offer to the unit."""

    cast: Cast
    offer: Transfer


def set_up() -> Scene:
    cast = gather()
    course, now = cast.treatment, clock.now()
    closed = next(
        one["key"]
        for one in cast.version.outline["modules"]
        if not ModuleProgress.objects.filter(treatment=course, module_key=one["key"]).exists()
    )
    hold_module(course, closed, Reasoned(cast.tove, LONG[:250], tove(cast), now))
    nights(course, 21)
    scenes.diary_entry(course, LONG)
    scenes.diary_entry(course, "Kort.")
    file = Accepted(
        "Ett ganska långt namn på en remiss från vårdcentralen i Storuman.pdf", "application/pdf", b"%PDF-"
    )
    send_message(course, LONG, sender=cast.anna, client_key=uuid4(), by=SYSTEM, at=now, files=[file])
    cast.anna.shows_presence = True
    cast.anna.save(update_fields=["shows_presence"])
    CarePlan.objects.create(
        treatment=course, kind="treatment", body=LONG, is_shared=True, author=cast.tove, written_at=now
    )
    TreatmentEvent.objects.create(treatment=course, kind="paused", at=now, actor=cast.tove, reason=LONG)
    return Scene(cast, offered(cast.other_treatment, to=cast.alfa))


@pytest.mark.journey
def test_the_newer_pages_are_fit_to_be_seen(browser: Browser, server: str, subtests: pytest.Subtests) -> None:
    scene = offstage(set_up)
    cast = scene.cast
    desk, own = f"/arbetslista/{cast.treatment.pk}", f"/behandling/{cast.treatment.pk}"
    pages = {
        "desk-patient-held": (cast.tove, f"{desk}/"),
        "desk-nights": (cast.tove, f"{desk}/ovning/sleep_diary/"),
        "desk-diary": (cast.tove, f"{desk}/ovning/activity_diary/?veckor=alla"),
        "desk-timeline": (cast.tove, f"{desk}/tidslinje/?typ=gang"),
        "desk-death": (cast.tove, f"{desk}/dodsfall/"),
        "desk-plan": (cast.tove, f"{desk}/plan/"),
        "desk-files": (cast.tove, f"{desk}/meddelanden/"),
        "desk-time": (cast.tove, "/arbetslista/tid/"),
        "desk-offers": (cast.tove, "/arbetslista/erbjudanden/"),
        "desk-offer": (cast.tove, f"/arbetslista/erbjudanden/{scene.offer.pk}/"),
        "own-files": (cast.anna, f"{own}/meddelanden/"),
        "own-plan": (cast.anna, f"{own}/gang/"),
        "own-held": (cast.anna, f"{own}/"),
    }
    for size in (PHONE, DESK):
        for name, (someone, address) in pages.items():
            with subtests.test(page=name, width=size["width"]):
                context = context_for(browser, server, someone, size)
                page = context.new_page()
                watch = Watch(page, server)
                response = page.goto(address, wait_until="load")
                page.evaluate("document.querySelectorAll('main details').forEach((one) => (one.open = true))")
                photograph(page, name, size["width"])
                found = findings(page, name)
                context.close()
                assert response is not None
                assert response.status == 200
                found += [f"console: {one}" for one in watch.complaints]
                found += [f"elsewhere: {one}" for one in watch.elsewhere]
                assert not found, "\n".join(found)


@pytest.mark.journey
def test_a_page_counts_what_is_worked_on_it_and_leaves_out_what_is_idle(
    browser: Browser, server: str
) -> None:
    cast = offstage(gather)
    context = context_for(browser, server, cast.tove, DESK)
    page = context.new_page()
    page.clock.install()
    told: list[int] = []

    def hear(request: Request) -> None:
        if request.url.endswith("/tid/") and request.method == "POST":
            told.append(int(parse_qs(request.post_data or "")["seconds"][0]))

    page.on("request", hear)
    page.goto(f"/arbetslista/{cast.treatment.pk}/", wait_until="load")
    page.mouse.move(200, 200)
    with page.expect_request(lambda request: request.url.endswith("/tid/")):
        page.clock.run_for(31_000)
    assert 28 <= told[0] <= 31

    # Nobody touches the page for ten minutes: the rest of the first minute counts, and no more.
    page.clock.run_for(600_000)
    page.wait_for_load_state("networkidle")
    assert sum(told) <= IDLE_SECONDS + 2
    context.close()
