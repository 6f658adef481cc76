"""Every instrument leaves as a valid FHIR R4 Questionnaire and comes back as itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fhir.resources.R4B.library import Library
from fhir.resources.R4B.questionnaire import Questionnaire
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.definition import read_instrument
from measurements.fhir.defining import definition
from measurements.fhir.writing import as_text, questionnaire
from measurements.incoming import Refused
from measurements.registry import shipped, shipped_data

KEYS = sorted(shipped())
WORDS = st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zs", "Zl", "Zp")), min_size=1, max_size=40)


def exported(key: str) -> dict[str, Any]:
    """An instrument as the file that a reader opens."""
    found: dict[str, Any] = json.loads(as_text(questionnaire(shipped_data()[key])))
    return found


@pytest.mark.parametrize("key", KEYS)
def test_the_export_is_valid_fhir(key: str) -> None:
    file = exported(key)

    assert Questionnaire.model_validate(file).id == key
    assert Library.model_validate(file["contained"][0]).content is not None


@pytest.mark.parametrize("key", KEYS)
def test_export_and_import_give_the_same_instrument(key: str) -> None:
    assert read_instrument(definition(exported(key))) == shipped()[key]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_wording_and_any_rule_numbers_survive_the_way_out_and_back(data: st.DataObject) -> None:
    changed: dict[str, Any] = json.loads(json.dumps(shipped_data()[data.draw(st.sampled_from(KEYS))]))
    languages = list(changed["languages"]) or ["sv"]
    changed["languages"] = {
        key: {"source": data.draw(WORDS), "verified": data.draw(st.booleans())} for key in languages
    }
    for text in (changed["title"], changed["about"], *(item["text"] for item in changed["items"])):
        text.update({language: data.draw(WORDS) for language in languages})
    for row in [
        *changed["unscored"],
        *(option for rows in changed["option_sets"].values() for option in rows),
    ]:
        row["text"] = {language: data.draw(WORDS) for language in languages}
    changed["reliable_change"] = {"points": data.draw(st.integers(1, 20)), "citation": data.draw(WORDS)}

    back = definition(json.loads(as_text(questionnaire(changed))))

    assert read_instrument(back) == read_instrument(changed)


def test_swedish_stands_as_a_translation_beside_english() -> None:
    item = exported("phq-9")["item"][1]
    parts = item["_text"]["extension"][0]["extension"]

    assert item["text"] == "Little interest or pleasure in doing things"
    assert (parts[0]["valueCode"], parts[1]["valueString"]) == (
        "sv",
        "Lite intresse eller glädje i att göra saker",
    )


def test_a_scoring_key_is_exported_without_any_wording() -> None:
    file = exported("madrs-s")

    assert "language" not in file
    assert all("text" not in item for item in file["item"] if item["type"] == "choice")
    assert all("display" not in row["valueCoding"] for row in file["item"][0]["answerOption"])


def test_the_weight_of_a_reversed_answer_is_what_it_adds() -> None:
    second = next(item for item in exported("core-10")["item"] if item["linkId"] == "core10-q2")
    weights = [row["extension"][0]["valueDecimal"] for row in second["answerOption"]]

    assert weights == [4, 3, 2, 1, 0]


def test_the_function_question_is_asked_after_any_trouble() -> None:
    function = next(item for item in exported("phq-9")["item"] if item["linkId"] == "69722-7")

    assert (function["enableBehavior"], len(function["enableWhen"])) == ("any", 27)
    assert function["required"] is False


def test_a_total_is_calculated_only_of_a_whole_form() -> None:
    total = exported("phq-9")["item"][-1]
    expression = total["extension"][0]["valueExpression"]["expression"]

    assert (total["linkId"], total["readOnly"]) == ("44261-6", True)
    assert expression.startswith("iif(%resource")
    assert ".count() = 9" in expression


def test_where_questions_are_passed_by_no_total_is_calculated() -> None:
    assert all("readOnly" not in item for item in exported("audit")["item"])


def test_products_are_multiplied_two_by_two() -> None:
    expression = exported("bbq")["item"][-1]["extension"][0]["valueExpression"]["expression"]

    assert expression.count(" * ") == 6


def test_rules_that_were_tampered_with_are_refused() -> None:
    file = exported("phq-9")
    file["contained"][0]["content"][0]["data"] = "eyJ9"

    with pytest.raises(Refused, match="contained"):
        definition(file)


def test_a_condition_that_was_tampered_with_is_refused_by_its_place() -> None:
    file = exported("phq-9")
    function = next(item for item in file["item"] if item["linkId"] == "69722-7")
    function["enableWhen"].pop()

    with pytest.raises(Refused, match="69722-7"):
        definition(file)


def test_a_file_from_elsewhere_carries_no_rules() -> None:
    file = exported("phq-9")
    del file["contained"]

    with pytest.raises(Refused):
        definition(file)
