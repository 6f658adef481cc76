"""The transdiagnostic program fits itself to the patient by what its syllabus says, in every language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from programs.program_file import ProgramFiles, read_program
from programs.unfreezing import hash_of

LIBRARY = Path(__file__).parents[2] / "programs" / "library"
SOURCE = "transdiagnostic"
TRANSLATIONS = ("transdiagnostic-en", "transdiagnostic-latt")
VERSIONS = (SOURCE, *TRANSLATIONS)


@pytest.fixture(params=VERSIONS)
def files(request: pytest.FixtureRequest) -> ProgramFiles:
    return read_program(LIBRARY / request.param)


def module_of(files: ProgramFiles, key: str) -> dict[str, Any]:
    return next(module for module in files.modules.values() if module["key"] == key)


def step_with(module: dict[str, Any], exercise: str) -> dict[str, Any]:
    return next(
        step for step in module["steps"] if any(block.get("exercise") == exercise for block in step["blocks"])
    )


def options_of(module: dict[str, Any]) -> dict[str, dict[str, Any]]:
    [group] = module["choices"]
    assert (group["least"], group["most"]) == (1, 1)
    return {option["key"]: option for option in group["options"]}


def exercises_of(module: dict[str, Any], steps: list[str]) -> list[str]:
    return [
        block["exercise"]
        for step in module["steps"]
        if step["key"] in steps
        for block in step["blocks"]
        if block["type"] == "exercise"
    ]


def test_worry_time_belongs_to_who_worries_more_than_she_is_low(files: ProgramFiles) -> None:
    step = step_with(module_of(files, "m02"), "worry_time")

    assert step["show"] == {"when": [{"instrument": "gad-7", "above": "phq-9"}], "otherwise": "optional"}


def test_three_thoughts_are_written_down_and_the_first_is_only_caught(files: ProgramFiles) -> None:
    records = [
        block
        for step in module_of(files, "m02")["steps"]
        for block in step["blocks"]
        if block.get("exercise") == "thought_record"
    ]

    assert [block["required_count"] for block in records] == [1, 2]
    assert "alternative" not in records[0]["fields"]
    assert records[1]["fields"] is None


def test_breathing_and_sleep_are_for_those_whom_the_scores_point_out(files: ProgramFiles) -> None:
    shown = [step["show"] for step in module_of(files, "m03")["steps"] if "show" in step]

    assert shown == [
        {"when": [{"instrument": "gad-7", "at_least": 10}], "otherwise": "optional"},
        {"when": [{"instrument": "isi", "at_least": 15}], "otherwise": "optional"},
    ]


def test_who_avoids_little_does_more_instead_of_climbing_a_ladder(files: ProgramFiles) -> None:
    module = module_of(files, "m04")
    options = options_of(module)

    assert exercises_of(module, options["trappa"]["steps"]) == ["exposure_hierarchy", "exposure_log"]
    assert exercises_of(module, options["aktivitet"]["steps"]) == ["activity_schedule"]
    assert options["aktivitet"]["suggest"] == {"when": [{"instrument": "gad-7", "at_most": 4}]}


def test_the_fifth_module_is_one_of_four_and_each_has_one_exercise(files: ProgramFiles) -> None:
    module = module_of(files, "m05")

    asked = {key: exercises_of(module, option["steps"]) for key, option in options_of(module).items()}

    assert asked == {
        "problem": ["problem_solving"],
        "oro": ["behavioural_experiment"],
        "varden": ["values_compass"],
        "saga-ifran": ["behavioural_experiment"],
    }


def test_who_still_scores_ten_or_more_reads_of_the_next_step_of_care(files: ProgramFiles) -> None:
    [shown] = [step["show"] for step in module_of(files, "m06")["steps"] if "show" in step]

    assert shown["match"] == "any"
    assert shown["when"] == [
        {"instrument": "phq-9", "at_least": 10},
        {"instrument": "gad-7", "at_least": 10},
    ]


@pytest.mark.parametrize("key", ["m02", "m04"])
def test_a_score_above_what_the_program_is_for_holds_the_module(files: ProgramFiles, key: str) -> None:
    hold = module_of(files, key)["unlock"]["hold"]

    assert hold["when"] == [{"instrument": "phq-9", "at_least": 20}]
    assert hold["say"]


def rules_of(files: ProgramFiles) -> list[Any]:
    """Everything but the words: keys, what opens when, what is asked of whom."""
    return [
        (
            module["key"],
            module["practice_minutes_per_week"],
            {name: value for name, value in module["unlock"].items() if name != "hold"},
            module["unlock"].get("hold", {}).get("when"),
            [
                (
                    group["key"],
                    [(each["key"], each["steps"], each.get("suggest")) for each in group["options"]],
                )
                for group in module.get("choices", [])
            ],
            [(step["key"], step.get("show"), _asked(step)) for step in module["steps"]],
        )
        for module in files.modules.values()
    ]


def _asked(step: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in block.items() if name != "intro"}
        for block in step["blocks"]
        if block["type"] == "exercise"
    ]


@pytest.mark.parametrize("key", TRANSLATIONS)
def test_a_translation_keeps_keys_exercises_and_rules(key: str) -> None:
    source, translation = read_program(LIBRARY / SOURCE), read_program(LIBRARY / key)

    assert rules_of(translation) == rules_of(source)
    assert translation.program["measures"] == source.program["measures"]


@pytest.mark.parametrize("key", TRANSLATIONS)
def test_a_translation_is_of_the_source_as_it_stands(key: str) -> None:
    # Fails when a Swedish step changes: read the translated step again, then renew the hashes.
    seen = read_program(LIBRARY / key).program["translates"]

    source = read_program(LIBRARY / SOURCE).modules.values()
    hashes = {step["key"]: hash_of(step) for module in source for step in module["steps"]}
    assert seen == {"program": SOURCE, "steps": hashes}
