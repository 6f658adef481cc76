"""The files of every shipped program keep the format, their syllabus and plain Swedish."""

import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from programs.reading_level import lix, reading_minutes, running_text, word_count
from programs.tailoring.path import counted
from tests.programs.syllabi.depression import DEPRESSION
from tests.programs.syllabi.insomnia import INSOMNIA
from tests.programs.syllabi.ocd import OCD
from tests.programs.syllabi.syllabus import Place, Syllabus
from tests.programs.syllabi.transdiagnostic import IN_EASY_SWEDISH, IN_ENGLISH, TRANSDIAGNOSTIC

PROGRAMS = Path(__file__).parents[2] / "programs"
LIBRARY = PROGRAMS / "library"
SHIPPED = (DEPRESSION, INSOMNIA, OCD, TRANSDIAGNOSTIC, IN_ENGLISH, IN_EASY_SWEDISH)
SYLLABI = {each.key: each for each in SHIPPED}
MODULES = [(key, stem) for key, syllabus in SYLLABI.items() for stem in syllabus.stems]
STAGE_ONE = ["when", "situation", "automatic_thought", "belief_before", "emotions"]

TAGS = {"p", "h2", "h3", "ul", "ol", "li", "strong", "em", "a"}
# What a step may say about whom it is for.
TAILORING = {"only_for", "show"}
BLOCK_KEYS = {
    "text": {"type", "html"},
    "callout": {"type", "kind", "title", "html"},
    "homework": {"type", "title", "tasks"},
    "pacing": {"type", "title", "lines"},
    "illustration": {"type", "name", "alt", "caption"},
    "quote": {"type", "html", "person", "invented"},
    "quiz": {"type", "question", "options"},
    "exercise": {"type", "exercise", "intro", "required_count", "optional", "fields", "continues"},
}
# Three groups of figures, or five figures in a row, or the emergency and care-line numbers.
PHONE_NUMBER = re.compile(r"\d{2,4}[ -]\d{2,3}[ -]\d{2}|\d{5,}|\b(?:112|1177|113 13|90101)\b")

Document = dict[str, Any]


def load(program: str, name: str) -> Document:
    document: Document = json.loads((LIBRARY / program / f"{name}.json").read_text(encoding="utf-8"))
    return document


def blocks_of(module: Document, kind: str) -> list[tuple[str, Document]]:
    return [
        (step["key"], block) for step in module["steps"] for block in step["blocks"] if block["type"] == kind
    ]


def places_of(module: Document, exercise: str) -> list[tuple[str, Document]]:
    return [place for place in blocks_of(module, "exercise") if place[1]["exercise"] == exercise]


def exercises_before(program: str, stem: str) -> dict[str, str]:
    """Step key to exercise id for all modules before this one."""
    earlier = [load(program, name) for name in SYLLABI[program].stems if name < stem]
    return {key: block["exercise"] for module in earlier for key, block in blocks_of(module, "exercise")}


def within(bounds: tuple[int, int], value: int) -> bool:
    least, most = bounds
    return least <= value <= most


def html_of(module: Document) -> list[str]:
    return [
        block.get("html") or block["intro"]
        for kind in ("text", "quote", "exercise")
        for _, block in blocks_of(module, kind)
    ]


def strings_in(value: object) -> list[str]:
    match value:
        case str():
            return [value]
        case dict():
            return [text for part in value.values() for text in strings_in(part)]
        case list():
            return [text for part in value for text in strings_in(part)]
    return []


@pytest.fixture(params=SYLLABI)
def syllabus(request: pytest.FixtureRequest) -> Syllabus:
    return SYLLABI[request.param]


@pytest.fixture(params=MODULES, ids="/".join)
def place(request: pytest.FixtureRequest) -> tuple[str, str]:
    """A program's key and the stem of one of its modules."""
    program, stem = request.param
    return program, stem


@pytest.fixture
def module(place: tuple[str, str]) -> Document:
    return load(*place)


@pytest.fixture
def promised(place: tuple[str, str]) -> Syllabus:
    """The syllabus of the module's program."""
    return SYLLABI[place[0]]


# ------------------------------------------------------------------ the program


def test_every_program_in_the_library_has_a_syllabus_to_keep() -> None:
    assert {path.parent.name for path in LIBRARY.glob("*/program.json")} == set(SYLLABI)


def test_a_program_names_its_modules_and_its_folder_holds_no_others(syllabus: Syllabus) -> None:
    folder = LIBRARY / syllabus.key

    assert load(syllabus.key, "program")["modules"] == list(syllabus.stems)
    assert {path.stem for path in folder.glob("*.json")} == {"program", *syllabus.stems}


def test_the_depression_program_has_ten_modules_and_two_that_are_only_offered() -> None:
    modules = [load("depression", stem) for stem in DEPRESSION.stems]

    assert [module["key"] for module in counted({"modules": modules})] == [f"m{n:02}" for n in range(1, 11)]
    assert len(modules) == 12


def test_a_program_states_what_a_unit_needs_to_know(syllabus: Syllabus) -> None:
    program = load(syllabus.key, "program")

    assert program["format"] == "ikbt-program/1"
    assert (program["key"], program["language"]) == (syllabus.key, syllabus.language)
    assert program["weeks"] == syllabus.weeks
    assert program["licence"] == "CC BY 4.0"
    assert program["therapist_minutes_per_week"] == list(syllabus.therapist_minutes)
    assert {person["name"] for person in program["persons"]} == syllabus.persons
    assert program["sources"]
    assert all(source["title"] for source in program["sources"])


def test_a_program_measures_what_its_syllabus_says_and_when(syllabus: Syllabus) -> None:
    plan = {(measure["instrument"], measure["when"]) for measure in load(syllabus.key, "program")["measures"]}

    assert plan == {(name, when) for name, times in syllabus.measures.items() for when in times}


def test_every_program_asks_the_whole_phq_9_every_week(syllabus: Syllabus) -> None:
    # Its ninth item is the weekly question about death.
    assert "weekly" in syllabus.measures["phq-9"]


def test_a_mid_measure_names_its_week(syllabus: Syllabus) -> None:
    mid = [measure for measure in load(syllabus.key, "program")["measures"] if measure["when"] == "mid"]

    assert mid
    assert {measure["week"] for measure in mid} == {syllabus.mid_week}


# ------------------------------------------------------------------ shape


def test_a_module_has_the_agreed_keys(module: Document, place: tuple[str, str], promised: Syllabus) -> None:
    agreed = {"key", "title", "goal", "practice_minutes_per_week", "unlock", "steps"}
    assert set(module) - {"choices"} == agreed
    assert module["key"] == f"m{place[1][:2]}"
    assert module["title"]
    assert module["goal"]
    assert within(promised.practice, module["practice_minutes_per_week"])


def test_every_block_has_the_keys_of_its_kind(module: Document) -> None:
    for step in module["steps"]:
        assert set(step) - TAILORING == {"key", "title", "blocks"}
        assert step["blocks"]
        for block in step["blocks"]:
            assert set(block) == BLOCK_KEYS[block["type"]], step["key"]


def test_step_keys_run_in_order_without_a_gap(module: Document, promised: Syllabus) -> None:
    keys = [step["key"] for step in module["steps"]]
    examples = [f"{module['key']}-{kind}" for kind in promised.examples]
    numbered = [key for key in keys if key not in examples]

    assert numbered == [f"{module['key']}-s{number:02}" for number in range(1, len(numbered) + 1)]
    assert within(promised.steps, len(keys))


def test_html_uses_the_allowed_tags_and_closes_them(module: Document) -> None:
    for html in html_of(module):
        checker = _Tags()
        checker.feed(html)
        checker.close()
        assert checker.faults == [], html
        assert checker.open == [], html


def test_every_case_is_one_of_the_persons_and_marked_as_invented(
    module: Document, promised: Syllabus
) -> None:
    program = load(promised.key, "program")
    persons = {f"{person['name']}, {person['age']}" for person in program["persons"]}

    for key, quote in blocks_of(module, "quote"):
        assert quote["person"] in persons, key
        assert quote["invented"] is True, key


def test_a_quiz_has_a_right_answer_and_explains_every_option(module: Document) -> None:
    for key, quiz in blocks_of(module, "quiz"):
        assert len(quiz["options"]) >= 2, key
        assert any(option["right"] for option in quiz["options"]), key
        for option in quiz["options"]:
            assert set(option) == {"text", "right", "explanation"}, key
            assert option["text"], key
            assert word_count(option["explanation"]) >= 4, key


# ------------------------------------------------------------------ the syllabus


def test_the_exercises_are_those_of_the_syllabus(module: Document, promised: Syllabus) -> None:
    wanted = set(promised.exercises[module["key"]]) | {"module_reflection"}
    found = {block["exercise"] for _, block in blocks_of(module, "exercise")}

    assert found <= wanted
    assert wanted - found <= promised.may_lack


def test_counts_are_those_of_the_syllabus(module: Document, promised: Syllabus) -> None:
    for _, block in blocks_of(module, "exercise"):
        wanted = promised.exercises[module["key"]].get(block["exercise"])
        if wanted is not None:
            assert block["required_count"] == wanted
        assert block["optional"] is ((module["key"], block["exercise"]) in promised.optional)


def test_an_exercise_and_its_fields_are_defined(module: Document) -> None:
    for key, block in blocks_of(module, "exercise"):
        path = PROGRAMS / "definitions" / f"{block['exercise']}.json"
        definition = json.loads(path.read_text(encoding="utf-8"))
        known = {field["name"] for field in definition["fields"]}
        assert set(block["fields"] or known) <= known, key


def test_a_step_holds_at_most_one_exercise(module: Document) -> None:
    keys = [key for key, _ in blocks_of(module, "exercise")]

    assert len(keys) == len(set(keys))


def test_continues_points_to_an_earlier_step_with_the_same_exercise(
    module: Document, place: tuple[str, str]
) -> None:
    earlier = exercises_before(*place)

    for key, block in blocks_of(module, "exercise"):
        if block["continues"] is not None:
            assert earlier.get(block["continues"]) == block["exercise"], key


@pytest.mark.parametrize(
    ("program", "taken_up", "source"),
    [(key, *each) for key, syllabus in SYLLABI.items() for each in syllabus.continued.items()],
)
def test_what_the_syllabus_calls_continued_is_continued(program: str, taken_up: Place, source: str) -> None:
    key, exercise = taken_up
    module = load(program, SYLLABI[program].stems[int(key[1:]) - 1])

    blocks = [block for _, block in places_of(module, exercise)]

    assert blocks
    assert all(block["continues"].startswith(source) for block in blocks)


def test_thought_records_begin_with_five_fields_and_then_open_the_rest() -> None:
    [(_, first)] = places_of(load("depression", DEPRESSION.stems[3]), "thought_record")
    [(_, second)] = places_of(load("depression", DEPRESSION.stems[4]), "thought_record")

    assert first["fields"] == STAGE_ONE
    assert second["fields"] is None


def test_a_module_ends_with_handing_in(module: Document) -> None:
    [(key, _)] = places_of(module, "module_reflection")

    assert key == module["steps"][-1]["key"]


def test_the_next_module_waits_for_all_that_is_not_optional(module: Document) -> None:
    unlock = module["unlock"]
    demanded = {
        key: block["required_count"] for key, block in blocks_of(module, "exercise") if not block["optional"]
    }

    assert {need["step"]: need["count"] for need in unlock["requires"]} == demanded
    assert all(count >= 1 for count in demanded.values())


def test_the_first_module_opens_at_start_and_the_others_by_the_therapist_or_an_offer(
    module: Document, promised: Syllabus
) -> None:
    others = "offer" if module["key"] in promised.offered else "therapist"
    assert module["unlock"]["release"] == ("start" if module["key"] == "m01" else others)
    assert module["unlock"]["min_days"] == 5


# ------------------------------------------------------------------ the Swedish


def test_a_module_is_neither_thin_nor_long(module: Document, promised: Syllabus) -> None:
    assert within(promised.words, word_count(running_text(module)))


def test_a_module_is_easy_to_read(module: Document, promised: Syllabus) -> None:
    assert lix(running_text(module)) <= promised.lix


def test_a_step_is_read_in_six_minutes_at_most(module: Document) -> None:
    for step in module["steps"]:
        assert reading_minutes(word_count(running_text(step))) <= 6, step["key"]


def test_no_number_to_call_and_no_loose_end_is_written_into_the_content(module: Document) -> None:
    for text in strings_in(module):
        assert not PHONE_NUMBER.search(text), text
        assert "TODO" not in text


def test_the_first_module_says_that_nobody_reads_at_once_and_where_help_is(
    syllabus: Syllabus,
) -> None:
    text = running_text(load(syllabus.key, syllabus.stems[0]))

    assert [said for said in syllabus.says if said not in text] == []


@pytest.mark.parametrize(
    "text",
    ["Ring 08-123 45 67.", "Ring 0701234567.", "Ring 112 genast.", "Råd på 1177."],
)
def test_a_number_to_call_is_recognised(text: str) -> None:
    assert PHONE_NUMBER.search(text)


@pytest.mark.parametrize(
    "text", ["från 0 till 10", "ungefär 40 minuter", "tilltro 85, sedan 55", "i modul 6"]
)
def test_other_figures_are_not_taken_for_numbers_to_call(text: str) -> None:
    assert not PHONE_NUMBER.search(text)


class _Tags(HTMLParser):
    """Notes tags and attributes outside the allowed ones, and what stays open."""

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in TAGS:
            self.faults.append(tag)
        self.faults += [name for name, _ in attrs if (tag, name) != ("a", "href")]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"/{tag}")
