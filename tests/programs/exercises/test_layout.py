"""A layout names what is there, and what it offers by a tap can be handed in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from programs.exercises.definitions import FieldDefinition, definition_from, load_all
from programs.exercises.structure import DefinitionError
from programs.exercises.validation import check

ALL = load_all()
CHIPS = [
    pytest.param(definition.id, field, chip, id=f"{definition.id}-{field.name}-{chip}")
    for definition in ALL.values()
    for field in definition.fields
    for chip in field.chips
]


def document(exercise: str) -> dict[str, Any]:
    copied: dict[str, Any] = json.loads(json.dumps(dict(ALL[exercise].document)))
    return copied


@pytest.mark.parametrize(("exercise", "field", "chip"), CHIPS)
def test_what_a_tap_gives_can_be_handed_in(exercise: str, field: FieldDefinition, chip: int) -> None:
    problems = check(ALL[exercise], {field.name: chip}, only=[field.name], complete=True)

    assert [each.code for each in problems if each.path == field.name] == []


@pytest.mark.parametrize(
    "exercise",
    [
        "activity_diary",
        "worry_diary",
        "ocd_log",
        "erp_log",
        "mindfulness_log",
        "relaxation_log",
        "energy_diary",
        "sleep_diary",
    ],
)
def test_diaries_are_laid_out_for_a_thumb(exercise: str) -> None:
    assert ALL[exercise].layout.quick


def test_the_minutes_of_a_night_are_never_carried_over() -> None:
    # What steers the sleep window must be told anew; only times that are the same every night begin with the last.
    fields = {field.name: field.default for field in ALL["sleep_diary"].fields}

    assert {fields[name] for name in ("bed_time", "lights_out", "final_wake", "out_of_bed")} == {"previous"}
    assert {
        fields[name] for name in ("sol", "waso", "awakenings", "quality", "rested", "dozed_risk", "kss")
    } == {""}


def spoil_page(data: dict[str, Any]) -> None:
    data["layout"]["pages"][0]["fields"] = ["when"]


def spoil_name(data: dict[str, Any]) -> None:
    data["layout"]["pages"][0]["fields"] = ["wen", "situation"]


def spoil_key(data: dict[str, Any]) -> None:
    data["layout"]["quik"] = True


def spoil_default(data: dict[str, Any]) -> None:
    data["fields"][0]["default"] = "yesterday"


def spoil_shows(data: dict[str, Any]) -> None:
    data["fields"][0]["shows"] = "belief"


def spoil_picture(data: dict[str, Any]) -> None:
    data["layout"]["pictures"] = [
        {"kind": "pairs", "of": "emotions", "label": "emotion", "values": ["intensity"]}
    ]


def spoil_kind(data: dict[str, Any]) -> None:
    data["layout"]["pictures"] = [{"kind": "pie", "of": "emotions"}]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_page, "each field stands on one page"),
        (spoil_name, "no field wen"),
        (spoil_key, "layout: unknown quik"),
        (spoil_default, "no default 'yesterday'"),
        (spoil_shows, "no field belief"),
        (spoil_picture, "no field emotions.intensity"),
        (spoil_kind, "no picture 'pie'"),
    ],
)
def test_a_faulty_layout_is_refused_with_its_place(spoil: Any, sentence: str) -> None:
    data = document("thought_record")
    spoil(data)

    with pytest.raises(DefinitionError, match=sentence):
        definition_from(data)


def test_a_version_frozen_before_there_were_layouts_is_drawn_as_a_plain_form() -> None:
    data = document("thought_record")
    del data["layout"]

    assert definition_from(data).layout.pages == ()


def test_steps_close_to_each_other_are_remarked_on_and_handed_in() -> None:
    steps = [
        {"situation": f"steg {number}", "suds": 50 + number, "feared_outcome": "x"}
        for number in (0, 5, 10, 15, 20)
    ]

    found = check(ALL["exposure_hierarchy"], {"steps": steps}, complete=True)

    assert [(each.code, each.blocks) for each in found] == [("rule", False)]


def test_steps_from_easy_to_hard_are_not_remarked_on() -> None:
    example: Any = ALL["exposure_hierarchy"].document["example"]

    assert check(ALL["exposure_hierarchy"], example, complete=True) == []
