"""What simulated patients write passes the same check as what real patients hand in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from django.conf import settings

from ikbt.demo.decks import Deck
from ikbt.demo.nights import NIGHT_MAKERS
from ikbt.demo.people import data
from ikbt.demo.work import written
from ikbt.demo.worksheets import MAKERS, Page
from programs.exercises.definitions import load_all
from programs.exercises.validation import check

AT = datetime(2026, 3, 2, 19, tzinfo=UTC)


def steps() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every exercise of the programs that patients of the demo go through: program, step key and block."""
    for program in ("depression", "insomnia"):
        for file in sorted((settings.DATA_DIR_PROGRAMS / program).glob("[0-9]*.json")):
            module = json.loads(file.read_text(encoding="utf-8"))
            for step in module["steps"] if module["unlock"]["release"] != "offer" else ():
                if step.get("show", {}).get("otherwise") == "hidden":
                    continue
                blocks = [block for block in step["blocks"] if block["type"] == "exercise"]
                yield from ((program, step["key"], block) for block in blocks)


def page(seed: int, module_key: str, program: str = "depression") -> Page:
    chance = Random(seed)
    return Page(Deck(chance, age=19 + seed * 2, program=program), chance, module_key, AT, lift=seed % 6 - 2)


@pytest.mark.parametrize(
    ("program", "key", "block"), list(steps()), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_exercise_is_filled_in_so_that_it_may_be_handed_in(
    program: str, key: str, block: dict[str, Any]
) -> None:
    definition = load_all()[block["exercise"]]
    for seed in range(25):
        values = written(block["exercise"], page(seed, key[:3], program), only=block["fields"])

        assert check(definition, values, only=block["fields"], complete=True) == []
        assert set(values) <= {field.name for field in definition.asked(block["fields"])}


def test_each_exercise_type_of_a_program_has_texts_of_its_own() -> None:
    depression = {block["exercise"] for program, _, block in steps() if program == "depression"}
    insomnia = {block["exercise"] for program, _, block in steps() if program == "insomnia"}

    assert depression == set(MAKERS)
    assert insomnia <= set(NIGHT_MAKERS)


@pytest.mark.parametrize("exercise", sorted(set(load_all()) - set(MAKERS)))
def test_exercises_of_other_programs_fall_back_on_their_example_moved_to_the_day(exercise: str) -> None:
    values = written(exercise, page(1, "m01"))
    dates = [
        field.name for field in load_all()[exercise].fields if field.type == "date" and field.name in values
    ]

    assert [each for each in check(load_all()[exercise], values, complete=True) if each.blocks] == []
    assert all(values[name] == "2026-03-02" for name in dates)


def test_somebody_retired_writes_of_no_colleagues_and_a_student_of_no_grandchildren() -> None:
    old, young = ([Deck(Random(seed), age).draw("activities") for seed in range(300)] for age in (75, 22))

    assert not any("kollega" in card["activity"] for card in old)
    assert any("barnbarnen" in card["activity"] for card in old)
    assert not any("barnbarnen" in card["activity"] for card in young)


def test_a_deck_gives_every_card_before_it_gives_one_twice() -> None:
    deck = Deck(Random(1), age=40)
    cards = [deck.draw("thoughts")["situation"] for _ in data("work")["thoughts"]]

    assert len(set(cards)) == len(cards)


def test_a_text_is_picked_once_and_never_what_the_neighbour_just_used() -> None:
    deck = Deck(Random(1), age=40, passed_over=frozenset({"a"}))

    assert sorted(str(deck.pick(["a", "b", "c"])) for _ in range(2)) == ["b", "c"]
    assert deck.pick(["a", "b", "c"]) is None


def test_every_message_has_a_reply_of_its_own_and_modules_it_fits() -> None:
    threads = data("threads")

    assert len({thread["text"] for thread in threads}) == len(threads) >= 48
    assert len({thread["reply"] for thread in threads}) == len(threads)
    assert all(1 <= thread["modules"][0] <= thread["modules"][1] <= 10 for thread in threads)


@pytest.mark.parametrize("module", [f"m{number:02d}" for number in range(1, 11)])
def test_every_module_has_feedback_and_reflections_to_choose_from(module: str) -> None:
    assert len(set(data("texts")["feedback"][module])) >= 3
    assert all("{name}" in text for text in data("texts")["feedback"][module])
    assert len(data("work")["reflections"][module]) >= 3
