"""Callouts, homework, guided exercises and our own drawings, from file to page."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string

from ikbt.common import clock
from programs.block_checks import problems_of_block
from programs.block_shapes import BLOCK
from programs.freezing import as_file, freeze
from programs.illustrations import FOLDER, ILLUSTRATIONS, drawing
from programs.models import ProgramPage
from programs.preflight import problems_of
from programs.publishing import publish
from programs.rendering import step
from programs.shapes import Misshapen
from programs.step_minutes import minutes_of
from tests.programs.conftest import Folder

Document = dict[str, Any]
CALLOUT: Document = {"type": "callout", "kind": "tip", "title": "Börja litet", "html": "<p>Två minuter.</p>"}
HOMEWORK: Document = {
    "type": "homework",
    "title": "",
    "tasks": [{"step": "m01-s02", "text": "Fyll i dagboken"}],
}
PACING: Document = {
    "type": "pacing",
    "title": "Lugn andning",
    "lines": [{"text": "Andas in.", "seconds": 40}, {"text": "Andas ut.", "seconds": 50}],
}
ILLUSTRATION: Document = {
    "type": "illustration",
    "name": "worry-tree",
    "alt": "Ett träd med två grenar.",
    "caption": "Vad går att göra något åt?",
}
ALL = [CALLOUT, HOMEWORK, PACING, ILLUSTRATION]
Imported = Callable[[], ProgramPage]


@pytest.mark.django_db
def test_they_leave_the_draft_as_they_came_in_the_file(folder: Folder, imported: Imported) -> None:
    folder.first["steps"][0]["blocks"] += deepcopy(ALL)

    document = as_file(freeze(imported()).modules[0].document)

    assert document["steps"][0]["blocks"][-4:] == ALL


@pytest.mark.django_db
def test_a_version_carries_the_drawing_itself(folder: Folder, imported: Imported) -> None:
    folder.first["steps"][0]["blocks"].append(deepcopy(ILLUSTRATION))

    version = publish(imported(), by=None, at=clock.now())

    assert version.modules.all()[0].document["steps"][0]["blocks"][-1]["drawing"] == drawing("worry-tree")


@pytest.mark.django_db
def test_they_are_read_without_script(folder: Folder, imported: Imported) -> None:
    folder.first["steps"][0]["blocks"] = deepcopy(ALL)
    module = publish(imported(), by=None, at=clock.now()).modules.all()[0]

    html = render_to_string("programs/_step_blocks.html", {"step": step(module, "m01-s01")})

    assert "<svg" in html
    assert 'aria-label="Ett träd med två grenar."' in html
    assert re.search(r"<details[^>]* open>.*Andas in\..*40 sekunder", html, re.DOTALL)
    assert "Tips: Börja litet" in html
    assert "Till nästa gång" in html
    assert " style=" not in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({**ILLUSTRATION, "name": "mona-lisa"}, "unknown illustration 'mona-lisa'"),
        ({**ILLUSTRATION, "name": "../../settings"}, "unknown illustration"),
        ({**ILLUSTRATION, "alt": " "}, "alt is empty"),
        ({**ILLUSTRATION, "drawing": "<svg onload='x()'/>"}, "unknown key 'drawing'"),
        ({**PACING, "lines": PACING["lines"][:1]}, "lines must be a list of 2 to 120"),
        ({**PACING, "lines": [{"text": "Vila.", "seconds": 0}] * 2}, "seconds must be a whole number from 1"),
        (
            {**PACING, "lines": [{"text": "Vila.", "seconds": 9000}] * 2},
            "seconds must be a whole number from 1",
        ),
        ({**CALLOUT, "kind": "danger"}, "kind must be one of important, tip, example"),
        ({**CALLOUT, "html": "<p onclick='x()'>x</p>"}, "the attribute onclick"),
        ({**HOMEWORK, "tasks": []}, "tasks must be a list of 1"),
        ({**HOMEWORK, "tasks": [{"step": "../x", "text": "y"}]}, "step can't be"),
    ],
)
def test_mistakes_and_attacks_are_refused_with_their_place(block: Document, told: str) -> None:
    with pytest.raises(Misshapen, match=told):
        BLOCK(block, "block")


@pytest.mark.parametrize(
    ("block", "told"),
    [
        ({**CALLOUT, "html": ""}, "callout is empty"),
        ({**CALLOUT, "kind": ""}, "what kind"),
        ({**PACING, "title": ""}, "lacks its title"),
        ({**PACING, "lines": [{"text": "", "seconds": 5}] * 2}, "line of the guided exercise is empty"),
        ({**PACING, "lines": [{"text": "Vila.", "seconds": 0}] * 2}, "from 1 to 300"),
        ({**PACING, "lines": []}, "two lines or more"),
        ({**ILLUSTRATION, "name": ""}, "no illustration called"),
        ({**ILLUSTRATION, "alt": ""}, "alternative text"),
        ({**HOMEWORK, "tasks": []}, "no task"),
    ],
)
@pytest.mark.usefixtures("english")
def test_preflight_tells_an_author_what_is_missing(block: Document, told: str) -> None:
    assert any(told in str(problem.words) for problem in problems_of_block(block, "A step"))


@pytest.mark.django_db
@pytest.mark.usefixtures("english")
def test_homework_must_name_a_step_of_its_module(folder: Folder, imported: Imported) -> None:
    folder.first["steps"][0]["blocks"].append({**HOMEWORK, "tasks": [{"step": "m02-s01", "text": "Sedan"}]})

    told = [str(problem.words) for problem in problems_of(freeze(imported())) if problem.stops]

    assert told == ["The homework names the step m02-s01, which the module does not have."]


def test_a_guided_exercise_takes_its_own_time() -> None:
    assert minutes_of({"blocks": [PACING]}, {}) == 1 + 1


@pytest.mark.parametrize("name", sorted(ILLUSTRATIONS))
def test_a_drawing_is_lines_without_words_script_or_addresses(name: str) -> None:
    root = ElementTree.fromstring(drawing(name))  # noqa: S314

    tags = {node.tag.rpartition("}")[2] for node in root.iter()}
    names = {attribute for node in root.iter() for attribute in node.attrib}
    assert tags <= {"svg", "path", "circle", "ellipse", "rect"}
    assert not {one for one in names if one.startswith("on") or "href" in one or one in {"style", "id"}}
    assert root.attrib["aria-hidden"] == "true"


def test_each_drawing_is_known_by_name_and_each_name_has_one() -> None:
    assert {path.stem for path in FOLDER.glob("*.svg")} == set(ILLUSTRATIONS)
