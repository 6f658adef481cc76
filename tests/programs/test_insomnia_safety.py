"""What the insomnia program must say, so that nobody shortens her nights unsafely or alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from programs.reading_level import running_text

FOLDER = Path(__file__).parents[2] / "programs" / "library" / "insomnia"
MODULES: list[dict[str, Any]] = [
    json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("[0-9]*.json"))
]


def text_of(key: str) -> str:
    [text] = [running_text(module) for module in MODULES if module["key"] == key]
    return text


def window_steps() -> list[dict[str, Any]]:
    return [
        step
        for module in MODULES
        for step in module["steps"]
        if any(block.get("exercise") == "sleep_window_plan" for block in step["blocks"])
    ]


def test_the_window_is_written_down_in_five_weeks_from_the_third_module_on() -> None:
    assert [step["key"][:3] for step in window_steps()] == ["m03", "m04", "m05", "m06", "m07"]


@pytest.mark.parametrize("step", window_steps(), ids=lambda step: step["key"])
def test_a_window_is_written_down_with_the_word_that_the_therapist_has_decided(step: dict[str, Any]) -> None:
    text = running_text(step).lower()

    assert "behandlare" in text
    assert "bestäm" in text


def test_the_first_window_is_explained_as_a_proposal_that_the_therapist_decides_on() -> None:
    text = text_of("m03")

    assert "Regeln räknar fram ett förslag. Din behandlare bestämmer." in text
    assert "Korta det aldrig själv" in text


@pytest.mark.parametrize(
    "risk",
    [
        "bipolär",
        "psykos",
        "epilepsi",
        "går i sömnen",
        "narkolepsi",
        "sömnapné",
        "krypningar i benen",
        "kör i jobbet",
        "farliga maskiner",
        "gravid",
        "spädbarn",
        "arbetar natt",
        "ramlar lätt",
        "ta ditt liv",
    ],
)
def test_who_must_ask_first_is_told_before_the_module_with_the_window(risk: str) -> None:
    assert risk in text_of("m02")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module["key"])
def test_every_module_says_where_help_is(module: dict[str, Any]) -> None:
    assert "sidan Hjälp" in running_text(module)


@pytest.mark.parametrize("key", ["m01", "m03"])
def test_sleepiness_and_driving_are_told_at_the_start_and_with_the_first_window(key: str) -> None:
    text = text_of(key)

    assert "bilen stå" in text
    assert "Ring vårdcentralen" in text


@pytest.mark.parametrize("key", ["m01", "m07"])
def test_nobody_is_told_to_change_her_medicine_alone(key: str) -> None:
    text = text_of(key)

    assert "läkare" in text
    assert "sluta" in text.lower()
    assert "själv" in text


def test_the_week_after_three_bad_nights_uses_a_window_agreed_with_the_therapist() -> None:
    text = text_of("m08")

    assert "bestämmer du och din behandlare nu" in text
    assert "Gör det aldrig kortare än ni har kommit överens om" in text
