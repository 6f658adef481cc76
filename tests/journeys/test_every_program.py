"""Every shipped program in a browser: each module on phone and desktop, by day and night, and on paper.

A module's booklet holds all its steps, so it is looked at whole; each kind of exercise is looked at as a form besides.
A new folder in programs/library comes in by itself. With IKBT_PICTURES=<folder> the booklets are kept there as PDF.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import Browser, BrowserContext, Page

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import ModuleProgress, Treatment
from ikbt.treatments.starting import start_treatment
from programs.activating import activate
from programs.importing import import_program
from programs.models import FrozenModule, UnitPage
from programs.publishing import publish
from programs.site_tree import ensure_site
from tests.cast import DECIDED, Cast, give, person
from tests.design.screen_checks import axe_findings, overflow, small_targets
from tests.journeys.conftest import DESK, PATIENCE_MS, PHONE
from tests.journeys.region import session_of
from tests.journeys.stage import offstage

PROGRAMS = sorted(path.parent.name for path in Path(settings.DATA_DIR_PROGRAMS).glob("*/program.json"))
WIDTHS: list[Any] = [{"width": 320, "height": 700}, PHONE, DESK]
BUTTONS = "button, .ds-button, input[type=submit], .app-topbar, .app-header, .app-footer, .app-crumbs"


@dataclass
class Course:
    """A patient with all modules of a program open to her; where each booklet and each kind of form is."""

    name: str
    patient: Person
    booklets: dict[str, str]
    forms: dict[str, str]


def begin(cast: Cast, program: str) -> Course:
    at = clock.now()
    ensure_site([cast.alfa, cast.beta], by=None, at=at)
    folder = Path(settings.DATA_DIR_PROGRAMS) / program
    page = import_program(folder, unit_page=UnitPage.objects.get(unit=cast.alfa), by=None, at=at)
    version = publish(page, by=None, at=at)
    activate(version, unit=cast.alfa, by=None, at=at, follows=True)
    patient = give(person("Klara", "Holm"), Role.PATIENT)
    treatment = start_treatment(
        patient,
        version=version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        decision=DECIDED,
        by=SYSTEM,
        at=at,
    )
    modules = list(version.modules.order_by("position"))
    for module in modules:
        ModuleProgress.objects.get_or_create(
            treatment=treatment,
            module_key=module.key,
            defaults={"position": module.position, "opened_at": at},
        )
    booklets = {
        module.key: reverse("treatments:booklet", args=[treatment.pk, module.key]) for module in modules
    }
    return Course(program, patient, booklets, forms_of(treatment, modules))


def forms_of(treatment: Treatment, modules: list[FrozenModule]) -> dict[str, str]:
    """One step for each exercise with the fields it asks."""
    found: dict[str, str] = {}
    for module in modules:
        for step in module.document["steps"]:
            for block in step["blocks"]:
                if block["type"] == "exercise":
                    name = f"{block['exercise']} {','.join(block['fields'] or [])}"
                    found.setdefault(
                        name, reverse("treatments:step", args=[treatment.pk, module.key, step["key"]])
                    )
    return found


@pytest.fixture(params=PROGRAMS)
def course(request: pytest.FixtureRequest, played: Cast) -> Course:
    return offstage(begin, played, request.param)


@pytest.fixture
def context(browser: Browser, server: str, course: Course) -> BrowserContext:
    made = browser.new_context(
        locale="sv-SE",
        timezone_id="Europe/Stockholm",
        base_url=server,
        viewport=WIDTHS[1],
        reduced_motion="reduce",
    )
    made.set_default_timeout(PATIENCE_MS)
    name = settings.SESSION_COOKIE_NAME
    made.add_cookies([{"name": name, "value": offstage(session_of, course.patient), "url": server}])
    return made


def too_wide(page: Page) -> list[str]:
    """Sideways scrolling at the widths of a small phone, a phone and a desktop."""
    found = []
    for size in WIDTHS:
        page.set_viewport_size(size)
        found += [f"{size['width']} px: {one}" for one in overflow(page)]
    return found


def on_paper(page: Page) -> list[str]:
    """What a printed module may not show, and what it must."""
    page.emulate_media(media="print")
    left = [
        str(one.evaluate("el => el.outerHTML.slice(0, 90)"))
        for one in page.locator(BUTTONS).all()
        if one.is_visible()
    ]
    hidden = page.evaluate(
        """() => [...document.querySelectorAll(".app-booklet__step :is(h2, p, li, dt, dd, summary)")]
          .filter((el) => !el.closest("[data-pacing-player]") && !el.matches("[data-pacing-text] > summary"))
          .filter((el) => el.textContent.trim() && !el.checkVisibility())
          .map((el) => el.outerHTML.slice(0, 90))"""
    )
    page.emulate_media(media="screen")
    return [f"on paper: {one}" for one in left] + [f"not on paper: {one}" for one in hidden]


def test_each_module_is_fit_to_be_read_and_printed(context: BrowserContext, course: Course) -> None:
    page = context.new_page()
    found = []
    for key, address in course.booklets.items():
        page.goto(address)
        here = [*too_wide(page), *on_paper(page)]
        if folder := os.environ.get("IKBT_PICTURES"):
            page.pdf(path=Path(folder) / f"{course.name}-{key}.pdf")
        page.set_viewport_size(WIDTHS[1])
        here += [f"target: {one}" for one in small_targets(page)]
        here += [f"axe: {one}" for one in axe_findings(page)]
        page.emulate_media(color_scheme="dark")
        here += [f"axe, dark: {one}" for one in axe_findings(page)]
        page.emulate_media(color_scheme="light")
        found += [f"{key}: {one}" for one in here]
    context.close()
    assert not found, "\n".join(found)


def test_each_kind_of_exercise_is_fit_to_be_filled_in(context: BrowserContext, course: Course) -> None:
    page = context.new_page()
    found = []
    for name, address in course.forms.items():
        page.goto(address)
        here = too_wide(page)
        page.set_viewport_size(WIDTHS[1])
        here += [f"target: {one}" for one in small_targets(page)]
        here += [f"axe: {one}" for one in axe_findings(page)]
        found += [f"{name}: {one}" for one in here]
    context.close()
    assert not found, "\n".join(found)
