"""Links, sources and headings are looked over without asking anybody; figures come with them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings

from programs.figures import figures_of_module
from programs.looking_after import module_to_look_after, to_look_after
from programs.package.checking import check
from programs.program_file import read_program
from tests.programs.conftest import PROGRAM, Document, Folder

pytestmark = pytest.mark.usefixtures("english")
TODAY = date(2026, 11, 28)
SHIPPED = sorted(path.parent for path in Path(settings.DATA_DIR_PROGRAMS).glob("*/program.json"))


def module(*html: str) -> Document:
    blocks = [{"type": "text", "html": one} for one in html]
    return {
        "key": "m01",
        "title": "Börja",
        "steps": [{"key": "s", "title": "Ett steg", "blocks": blocks, "minutes": 2}],
    }


def said(problems: object) -> list[str]:
    return [str(problem.words) for problem in problems]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://www.1177.se/", []),
        ("mailto:hej@example.org", []),
        ("http://example.org", ["The link http://example.org is not encrypted: use https."]),
        ("https://lokalt", ["The link https://lokalt leads nowhere."]),
        ("https://[", ["The link https://[ leads nowhere."]),
        ("mailto:hej", ["The link mailto:hej leads nowhere."]),
        ("", ["The link – leads nowhere."]),
        (
            "/start/alfa/",
            ["The link /start/alfa/ leads into this site, which a unit elsewhere does not have."],
        ),
    ],
)
def test_a_link_that_can_not_hold_is_told(address: str, told: list[str]) -> None:
    found = module_to_look_after(module(f'<p><a href="{address}">x</a></p>'), sources=["https://www.1177.se"])

    assert said(found) == told


@pytest.mark.parametrize(
    "address", ["https://example.org/a", "https://example.org/a/", "https://example.org/a#b"]
)
def test_a_link_that_no_source_stands_behind_is_told(address: str) -> None:
    linked = module(f'<p><a href="{address}">x</a></p>')
    program = {
        **PROGRAM,
        "sources": [{"title": "A", "url": "https://example.org/a", "checked": "2026-10-01"}],
    }

    assert said(to_look_after(program, [linked], today=TODAY)) == []
    assert said(to_look_after({**program, "sources": []}, [linked], today=TODAY)) == [
        f"The link {address} is not among the program's sources: add it there with the day you looked at it."
    ]


def test_headings_follow_each_other_through_the_blocks_of_a_step() -> None:
    first = "A small heading stands without a large one above it in the step."

    assert said(module_to_look_after(module("<h3>Liten</h3>", "<h2>Stor</h2>"), sources=[])) == [first]
    assert said(module_to_look_after(module("<h2>Stor</h2>", "<h3>Liten</h3>"), sources=[])) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ({"url": None, "checked": None}, None),
        ({"url": "https://example.org/a", "checked": "2026-10-01"}, None),
        ({"url": "https://example.org/a", "checked": None}, "Say when En sida was last looked at"),
        ({"url": "https://example.org/a", "checked": "2025-08-01"}, "was last looked at 15 months ago"),
        ({"url": "https://trasig", "checked": "2026-10-01"}, "The address of En sida leads nowhere."),
    ],
)
def test_a_source_says_when_it_was_last_looked_at(source: Document, told: str | None) -> None:
    program = {**PROGRAM, "sources": [{"title": "En sida", **source}]}

    found = said(to_look_after(program, [], today=TODAY))

    assert (told in found[0]) if told else found == []


def test_figures_of_a_module_are_its_steps_together() -> None:
    figures = figures_of_module(module("<p>Jag gick hem. Det regnade.</p>", "<p>Sedan sov jag.</p>"))

    assert (figures.minutes, figures.words, figures.lix) == (2, 8, 15)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda path: path.name)
def test_every_shipped_program_passes_its_check(folder: Path) -> None:
    report = check(read_program(folder), today=TODAY)

    assert not report.stops, "\n".join(map(str, report.problems))
    assert all(one.words and one.minutes and one.lix for one in report.modules)


def test_the_check_of_a_folder_tells_what_stops_it_and_what_to_look_after(folder: Folder) -> None:
    folder.first["steps"][0]["blocks"][0]["html"] = '<p><a href="http://example.org">x</a></p>'
    folder.second["steps"][0]["blocks"][0]["fields"] = ["date"]

    report = check(read_program(folder.written()), today=TODAY)

    found = [str(problem) for problem in report.problems]
    assert report.stops
    assert found[0].startswith("Dagboken igen (m02-s01): The exercise can't do without")
    assert "Välkommen (m01-s01): The link http://example.org is not encrypted: use https." in found
