"""A step is drawn from its frozen document: no queries, little time, no script."""

from __future__ import annotations

import time
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.template.loader import render_to_string
from pytest_django.fixtures import DjangoAssertNumQueries

from ikbt.common import clock
from programs.exercises.definitions import load_all
from programs.importing import import_program
from programs.models import FrozenModule, ProgramPage, UnitPage
from programs.publishing import publish
from programs.rendering import UnknownStep, draw, exercise_definition, step, steps_of
from tests.programs.conftest import Folder
from tests.programs.test_importing import DEPRESSION

pytestmark = pytest.mark.django_db
BUDGET_SECONDS = 0.003


@pytest.fixture
def module(draft: ProgramPage) -> FrozenModule:
    frozen: FrozenModule = publish(draft, by=None, at=clock.now()).modules.all()[0]
    return frozen


def drawn(module: FrozenModule, key: str, **more: Any) -> str:
    return render_to_string("programs/_step_blocks.html", {"step": step(module, key), **more})


class Tags(HTMLParser):
    """Which elements a page holds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def test_the_list_of_steps_tells_minutes_and_exercises(module: FrozenModule) -> None:
    first, second = steps_of(module)

    assert (first.key, first.exercise) == ("m01-s01", None)
    assert (second.exercise, second.required_count, second.optional) == ("activity_diary", 2, False)


def test_a_step_knows_its_place_and_neighbours(module: FrozenModule) -> None:
    second = step(module, "m01-s02")

    assert (second.position, second.total, second.previous, second.following) == (2, 2, "m01-s01", None)


def test_an_unknown_step_is_told_as_such(module: FrozenModule) -> None:
    with pytest.raises(UnknownStep):
        step(module, "m09-s09")


def test_drawing_asks_the_database_nothing(
    module: FrozenModule, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        html = drawn(module, "m01-s01")

    assert "<strong>här</strong>" in html
    assert "Elin, 34" in html


def test_the_quiz_works_without_script_and_stores_nothing(module: FrozenModule) -> None:
    tags = Tags(drawn(module, "m01-s01"))

    names = [tag for tag, _ in tags.found]
    assert names.count("details") == names.count("summary") == 2
    assert not {"script", "form", "input", "style"} & set(names)
    assert not any("style" in attributes or "onclick" in attributes for _, attributes in tags.found)


def test_quiz_text_is_escaped(imported: Callable[[], ProgramPage], folder: Folder) -> None:
    folder.first["steps"][0]["blocks"][2]["question"] = "<script>alert(1)</script>"
    version = publish(imported(), by=None, at=clock.now())

    html = drawn(version.modules.all()[0], "m01-s01")

    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_exercise_stands_where_the_page_puts_it(module: FrozenModule) -> None:
    html = drawn(module, "m01-s02", exercise_template="programs/_preview_exercise.html", name="Dagboken")

    assert "En rad i taget." in html
    assert "Dagboken" in html
    assert "En rad i taget." not in drawn(module, "m01-s02")


def test_the_definition_is_the_one_of_the_version(module: FrozenModule) -> None:
    published = exercise_definition(module, step(module, "m01-s02"))

    assert published is load_all()["activity_diary"]
    assert exercise_definition(module, step(module, "m01-s01")) is None


def test_an_older_definition_is_read_from_the_versions_copy(module: FrozenModule) -> None:
    older = {**module.definitions["activity_diary"], "cadence": "daily"}
    module.definitions = {"activity_diary": older}
    module.document["steps"][1]["blocks"][0]["definition_hash"] = "0" * 64

    definition = exercise_definition(module, step(module, "m01-s02"))

    assert definition is not None
    assert definition.cadence == "daily"


def test_recordings_carry_captions_and_transcript() -> None:
    part = {
        "type": "video",
        "file": "a" * 64,
        "captions": "b" * 64,
        "caption": "En film",
        "transcript": "Hej & <hå>.",
    }
    document = {"steps": [{"key": "s1", "title": "Film", "minutes": 1, "blocks": [part]}]}

    html = render_to_string(
        "programs/_step_blocks.html", {"step": draw(document, "s1", lambda sha256: f"/{sha256}/")}
    )

    tags = dict(Tags(html).found)
    assert tags["video"] == {"controls": None, "preload": "none", "src": f"/{'a' * 64}/"}
    assert tags["track"]["src"] == f"/{'b' * 64}/"
    assert "Hej &amp; &lt;hå&gt;." in html
    assert "hämtar" not in html.lower()


def test_a_film_stands_behind_its_picture_until_it_plays() -> None:
    part = {
        "type": "video",
        "file": "a" * 64,
        "captions": None,
        "caption": "",
        "transcript": "",
        "poster": "c" * 64,
    }
    document = {"steps": [{"key": "s1", "title": "Film", "minutes": 1, "blocks": [part]}]}

    html = render_to_string(
        "programs/_step_blocks.html", {"step": draw(document, "s1", lambda sha256: f"/{sha256}/")}
    )

    assert dict(Tags(html).found)["video"]["poster"] == f"/{'c' * 64}/"


@pytest.mark.parametrize("kind", ["audio", "video"])
def test_a_recording_says_how_much_it_fetches(kind: str) -> None:
    part = {
        "type": kind,
        "file": "a" * 64,
        "captions": None,
        "caption": "",
        "transcript": "",
        "bytes": 4_404_019,
    }
    document = {"steps": [{"key": "s1", "title": "Lyssna", "minutes": 1, "blocks": [part]}]}

    html = render_to_string(
        "programs/_step_blocks.html", {"step": draw(document, "s1", lambda sha256: f"/{sha256}/")}
    )

    assert "Hämtar 4,2\xa0MB när du spelar upp." in html


@pytest.mark.benchmark
def test_every_step_of_the_depression_program_is_drawn_within_its_budget(alfa_page: UnitPage) -> None:
    page = import_program(DEPRESSION, unit_page=alfa_page, by=None, at=clock.now())
    modules = list(publish(page, by=None, at=clock.now()).modules.all())
    steps = [(module, one.key) for module in modules for one in steps_of(module)]
    for module, key in steps:
        drawn(module, key)

    started = time.process_time()
    for module, key in steps:
        drawn(module, key)

    assert (time.process_time() - started) / len(steps) < BUDGET_SECONDS
