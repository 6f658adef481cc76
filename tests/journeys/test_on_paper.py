"""What is printed: C6, curves that a printer without colours can tell; work that says what it is an answer to."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from ikbt.treatments.starting import start_treatment
from tests.cast import DECIDED, Cast, gather, give, person
from tests.design.screen_checks import overflow
from tests.ikbt.treatments.nights import nights
from tests.journeys.conftest import DESK
from tests.journeys.stage import offstage
from tests.journeys.test_pages import context_for
from tests.therapist import scenes

pytestmark = pytest.mark.journey
# A4 less the browser's own margins, in CSS pixels.
PAPER = {"width": 717, "height": 1046}
# WCAG 1.4.3 and 1.4.11: words, and what is drawn.
WORDS, DRAWN = 4.5, 3.0
# Steps of 255 between a field and the next, which bear their names beside.
APART = 6
WHITE = 255
# Weeks in which she answered, and the worst of what each item was answered; week four is left out.
WEEKS = {2: 3, 3: 2, 5: 1, 6: 0}
REFERENCE_LINES = ["cut", "base", "reliable", "corridor", "middle"]


def measured(cast: Cast) -> Treatment:
    """Five weeks with a gap, from severe to none, and two weeks of nights."""
    began = timedelta(days=40)
    klara = give(person("Klara", "Holm"), Role.PATIENT)
    treatment = start_treatment(
        klara,
        version=cast.version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today() - began,
        decision=DECIDED,
        by=SYSTEM,
        at=clock.now() - began,
    )
    scenes.answer(treatment, [3] * 8 + [0])
    for number, value in WEEKS.items():
        scenes.answer(treatment, [value] * 8 + [0], kind="weekly", number=number)
    nights(treatment, 14)
    return treatment


@pytest.fixture
def treatment(server: str) -> Treatment:
    """Klara's, with a curve and nights."""
    return offstage(lambda: measured(gather()))


def on_paper(browser: Browser, server: str, someone: Person, address: str, scheme: str = "light") -> Page:
    """A page as it is printed in grey, by whoever reads in a scheme of her own."""
    context = context_for(browser, server, someone, DESK)
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.set_viewport_size({"width": PAPER["width"], "height": PAPER["height"]})
    page.emulate_media(media="print", color_scheme="dark" if scheme == "dark" else "light")
    page.evaluate("document.documentElement.style.filter = 'grayscale(1)'")
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("whose", ["patient", "therapist"])
def test_c6_a_curve_is_readable_when_it_is_printed_in_grey(
    browser: Browser, server: str, treatment: Treatment, whose: str, scheme: str
) -> None:
    address = (
        f"/behandling/{treatment.pk}/min-kurva/" if whose == "patient" else f"/arbetslista/{treatment.pk}/"
    )
    page = on_paper(browser, server, getattr(treatment, whose), address, scheme)
    figure = page.locator(".app-graph").first
    drawing = figure.locator(".app-graph__svg:visible")

    assert overflow(page) == []
    _lines_are_told_by_their_dashes(figure, drawing)
    _fields_are_told_by_their_grey_and_their_names(drawing)
    _stands_out(drawing, ".app-graph__line", DRAWN)
    _stands_out(drawing, "text", WORDS)
    table = figure.locator("table")
    expect(table).to_be_visible()
    for value in ("24", "16", "8", "0", "Inte besvarat"):
        expect(table.get_by_role("cell", name=value, exact=True).first).to_be_visible()
    page.context.close()


def _lines_are_told_by_their_dashes(figure: Locator, drawing: Locator) -> None:
    """No two lines share a pattern, and each stands in the key beside its words."""
    dashes = {}
    for kind in REFERENCE_LINES:
        line = drawing.locator(f".app-graph__{kind}")
        if line.count():
            dashes[kind] = line.first.evaluate("one => getComputedStyle(one).strokeDasharray")
            expect(figure.locator(f".app-graph__key li:has(.app-graph__{kind})")).to_be_visible()
    assert {"cut", "base", "reliable"} <= set(dashes)
    dashes["line"] = "none"
    assert len(set(dashes.values())) == len(dashes), dashes


def _fields_are_told_by_their_grey_and_their_names(drawing: Locator) -> None:
    names = drawing.locator(".app-graph__name")
    greys = [_ground(picture) for picture in _pictures(drawing, ".app-graph__band")]
    assert names.count() == len(greys) == 5
    assert all(abs(one - other) >= APART for one, other in pairwise(greys)), greys


def _stands_out(drawing: Locator, selector: str, least: float) -> None:
    """The darkest of each against the commonest around it."""
    for picture in _pictures(drawing, selector):
        found = _contrast(min(picture.tobytes()), _ground(picture))
        assert found >= least, f"{selector}: {found:.1f} to 1"


def _pictures(drawing: Locator, selector: str) -> Iterator[Image.Image]:
    """Each matching part of the drawing, cut out of what is printed, in shades of grey."""
    whole = Image.open(io.BytesIO(drawing.screenshot(scale="device"))).convert("L")
    boxes: list[list[float]] = drawing.evaluate(
        """(svg, wanted) => {
          const own = svg.getBoundingClientRect();
          return [...svg.querySelectorAll(wanted)].map((one) => one.getBoundingClientRect())
            .map((box) => [box.left - own.left, box.top - own.top, box.right - own.left, box.bottom - own.top]);
        }""",
        selector,
    )
    assert boxes, f"nothing is drawn as {selector}"
    times = whole.width / drawing.evaluate("svg => svg.getBoundingClientRect().width")
    for left, top, right, bottom in boxes:
        yield whole.crop(tuple(round(edge * times) for edge in (left, top, right, bottom)))


def _ground(picture: Image.Image) -> int:
    """The commonest shade."""
    return int(Counter(picture.tobytes()).most_common(1)[0][0])


def _contrast(one: int, other: int) -> float:
    """As WCAG counts it, of two shades of grey."""

    def light(shade: int) -> float:
        part = shade / 255
        return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)

    darker, lighter = sorted((light(one), light(other)))
    return (lighter + 0.05) / (darker + 0.05)


def test_c6_the_lines_of_an_exercise_are_told_apart_in_grey_and_named(
    browser: Browser, server: str, treatment: Treatment
) -> None:
    page = on_paper(browser, server, treatment.therapist, f"/arbetslista/{treatment.pk}/")
    several = page.locator(".exercise-chart:has(.exercise-legend)")

    assert several.count() > 0
    for chart in several.all():
        lines = chart.locator(".exercise-chart__picture .exercise-line")
        told = [
            line.locator("polyline, path").first.evaluate("one => getComputedStyle(one).strokeDasharray")
            for line in lines.all()
        ]
        assert len(set(told)) == len(told) >= 2, told
        expect(chart.locator(".exercise-legend li")).to_have_count(len(told))
        expect(chart.locator(".exercise-legend li").first).to_be_visible()
        for mark in _pictures(chart.locator(".exercise-chart__picture"), ".exercise-line__mark"):
            # On paper: a mark is too small to have its ground about it.
            assert _contrast(min(mark.tobytes()), WHITE) >= DRAWN
    page.context.close()


def test_work_on_paper_names_its_exercise_is_not_cut_and_shows_no_empty_fields(
    browser: Browser, server: str, treatment: Treatment
) -> None:
    page = on_paper(browser, server, treatment.therapist, f"/arbetslista/{treatment.pk}/")

    titles = page.locator(".desk-work > summary strong")
    expect(titles.first).to_be_visible()
    expect(page.locator(".desk-work__body").first).to_be_visible()
    assert overflow(page) == []
    assert [one.get_attribute("name") for one in _fields(page) if one.is_visible()] == []
    page.context.close()


def _fields(page: Page) -> list[Any]:
    return page.locator("main :is(input:not([type=hidden]), select, textarea)").all()
