"""A guided exercise goes line by line at its own pace, rests when told to, and goes on without a network."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Page, expect

from programs.models import ProgramVersion
from tests.cast import Cast
from tests.journeys.conftest import Open
from tests.journeys.region import session_of
from tests.journeys.stage import offstage
from tests.journeys.test_every_program import Course, begin


def begun(cast: Cast) -> tuple[Course, str, list[dict[str, object]]]:
    """A patient of the insomnia program; where its first guided exercise is, and its lines."""
    course = begin(cast, "insomnia")
    version = ProgramVersion.objects.get(program__key="insomnia")
    for module in version.modules.order_by("position"):
        for step in module.document["steps"]:
            for block in step["blocks"]:
                if block["type"] == "pacing":
                    treatment = course.booklets[module.key].split("/")[2]
                    address = reverse("treatments:step", args=[treatment, module.key, step["key"]])
                    return course, address, block["lines"]
    raise AssertionError("The program has no guided exercise.")


@pytest.fixture
def exercise(played: Cast, opened: Open, server: str) -> tuple[Page, list[dict[str, object]]]:
    course, address, lines = offstage(begun, played)
    page = opened(None)
    key = offstage(session_of, course.patient)
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": server}])
    page.clock.install()
    page.goto(address)
    return page, lines


def test_it_goes_at_its_pace_rests_and_begins_anew(exercise: tuple[Page, list[dict[str, object]]]) -> None:
    page, lines = exercise
    line = page.locator("[data-pacing-line]")
    first, second = str(lines[0]["text"]), str(lines[1]["text"])
    page.clock.fast_forward(30_000)
    expect(line).not_to_have_text(first)

    page.get_by_role("button", name="Börja").click()
    page.context.set_offline(True)
    expect(line).to_have_text(first)
    if folder := os.environ.get("IKBT_PICTURES"):
        page.screenshot(path=Path(folder) / "pacing.png", full_page=True)
    page.clock.run_for(int(str(lines[0]["seconds"])) * 1000 + 400)
    expect(line).to_have_text(second)

    page.get_by_role("button", name="Pausa").click()
    page.clock.run_for(600_000)
    expect(line).to_have_text(second)

    page.get_by_role("button", name="Fortsätt", exact=True).click()
    for one in lines[1:]:
        page.clock.run_for(int(str(one["seconds"])) * 1000 + 400)
    expect(page.locator("[data-pacing-place]")).to_have_text(
        "Klart. Stanna kvar en stund innan du reser dig."
    )

    page.get_by_role("button", name="Från början").click()
    expect(line).not_to_have_text(str(lines[-1]["text"]))
    page.context.set_offline(False)
