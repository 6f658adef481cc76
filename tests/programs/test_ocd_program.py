"""The program for OCD: what a patient of one kind reads, what she is asked to do, and that it can be published."""

import json
from pathlib import Path
from typing import Any

import pytest

from ikbt.common import clock
from programs.freezing import as_file, freeze
from programs.importing import import_program
from programs.models import UnitPage
from programs.preflight import problems_of
from programs.program_file import read_program
from programs.reading_level import lix, reading_minutes, running_text, word_count

FOLDER = Path(__file__).parents[2] / "programs" / "library" / "ocd"
STEMS = sorted(path.stem for path in FOLDER.glob("[0-9]*.json"))
KINDS = ("washing", "checking", "symmetry", "thoughts")
# In these modules the therapist opens the examples that are like the patient's own.
WITH_EXAMPLES = {"m02", "m04", "m05", "m06", "m07", "m08"}
EXPOSURE = {"m05": 5, "m06": 5, "m07": 5, "m08": 5, "m09": 4}

Document = dict[str, Any]


def load(stem: str) -> Document:
    document: Document = json.loads((FOLDER / f"{stem}.json").read_text(encoding="utf-8"))
    return document


def read_by(module: Document, kind: str) -> Document:
    """The module as somebody with this kind of OCD reads it."""
    return {**module, "steps": [step for step in module["steps"] if kind in step.get("only_for", [kind])]}


def asked(module: Document) -> dict[str, int]:
    """The exercises that must be handed in, with how many entries."""
    blocks = [block for step in module["steps"] for block in step["blocks"] if block["type"] == "exercise"]
    return {block["exercise"]: block["required_count"] for block in blocks if not block["optional"]}


@pytest.fixture(params=STEMS)
def module(request: pytest.FixtureRequest) -> Document:
    return load(request.param)


@pytest.mark.parametrize("kind", KINDS)
def test_a_patient_of_one_kind_reads_800_to_1200_words_in_plain_swedish(module: Document, kind: str) -> None:
    text = running_text(read_by(module, kind))

    assert 800 <= word_count(text) <= 1200
    assert lix(text) <= 30


def test_a_step_is_read_in_two_minutes(module: Document) -> None:
    assert max(reading_minutes(word_count(running_text(step))) for step in module["steps"]) <= 2


def test_examples_stand_for_every_kind_or_for_none(module: Document) -> None:
    examples = [(step["key"], step["only_for"]) for step in module["steps"] if "only_for" in step]

    wanted = [(f"{module['key']}-{kind}", [kind]) for kind in KINDS]
    assert examples == (wanted if module["key"] in WITH_EXAMPLES else [])


def test_the_program_names_the_kinds_that_the_therapist_opens() -> None:
    assert tuple(subtype["key"] for subtype in load("program")["subtypes"]) == KINDS


def test_examples_hold_no_exercise_so_that_all_kinds_are_asked_for_the_same(module: Document) -> None:
    assert asked(module) == asked(read_by(module, "washing")) == asked(read_by(module, "thoughts"))


def test_exposure_waits_for_the_therapist_and_is_asked_for_every_week() -> None:
    modules = {module["key"]: module for module in map(load, STEMS)}

    assert {modules[key]["unlock"]["release"] for key in ("m05", "m06", "m07", "m08")} == {"therapist"}
    assert {
        key: asked(module)["erp_log"] for key, module in modules.items() if "erp_log" in asked(module)
    } == EXPOSURE


def test_no_exposure_is_asked_for_before_the_ladder_and_its_limits_are_read() -> None:
    before = [load(stem) for stem in STEMS[:4]]

    assert not any("erp_log" in asked(module) for module in before)
    assert "aldrig göra något farligt, olagligt eller förnedrande" in running_text(before[3])


@pytest.mark.parametrize("stem", ["01-om-tvang-och-behandlingen", "03-tankar-om-tankar", "10-vidmakthalla"])
def test_thoughts_that_frighten_are_told_apart_from_danger_with_the_way_to_help(stem: str) -> None:
    text = running_text(load(stem))

    assert "planerar" in text
    assert "numren på sidan Hjälp" in text


def test_a_script_is_nobodys_duty_and_never_about_suicide() -> None:
    module = load("07-ritualer-i-huvudet")

    assert "worry_exposure" not in asked(module)
    assert "Skriv inget manus om att du själv tar ditt liv" in running_text(module)


@pytest.mark.django_db
def test_the_program_survives_the_round_trip_and_nothing_stops_it(alfa_page: UnitPage) -> None:
    files = read_program(FOLDER)

    frozen = freeze(import_program(FOLDER, unit_page=alfa_page, by=None, at=clock.now()))

    assert frozen.program == files.program
    assert [as_file(module.document) for module in frozen.modules] == list(files.modules.values())
    assert [str(problem) for problem in problems_of(frozen) if problem.stops] == []
