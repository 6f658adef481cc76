"""Files from elsewhere are read leniently; what would change a question or an answer's worth is refused."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.fhir import names
from measurements.fhir.reading import read_questionnaire
from measurements.fhir.writing import questionnaire
from measurements.incoming import Refused
from measurements.registry import shipped_data

File = dict[str, Any]
ANSWERS = [("a", "Inte alls", 0), ("b", "Lite", 1)]


def option(code: str, text: str, value: int, url: str = names.ORDINAL) -> File:
    return {
        "extension": [{"url": url, "valueDecimal": value}],
        "valueCoding": {"system": "urn:x", "code": code, "display": text},
    }


def question(link: str, **more: Any) -> File:
    rows = [option(*row) for row in ANSWERS]
    return {"linkId": link, "type": "choice", "text": f"Fråga {link}", "answerOption": rows, **more}


def file(*items: File, **more: Any) -> File:
    return {
        "resourceType": "Questionnaire",
        "language": "sv",
        "status": "active",
        "item": list(items),
        **more,
    }


def shown_when(**more: Any) -> list[File]:
    asked = {"question": "1", "operator": "=", "answerCoding": {"system": "urn:x", "code": "b"}}
    return [{**asked, **more}]


def test_questions_in_groups_are_read_in_order_with_the_groups_text_as_introduction() -> None:
    group = {"linkId": "g", "type": "group", "text": "Senaste veckan", "item": [question("1"), question("2")]}

    found = read_questionnaire(file(group, {"linkId": "tack", "type": "display", "text": "Tack"}))

    assert [item.link_id for item in found.items] == ["1", "2"]
    assert found.intro == {"sv": "Senaste veckan"}
    assert found.left_out == ("tack",)


@pytest.mark.parametrize("url", [names.ORDINAL, names.WEIGHT])
def test_values_are_read_by_r4s_and_r5s_address(url: str) -> None:
    rows = [option(*row, url=url) for row in ANSWERS]
    found = read_questionnaire(file(question("1", type="coding", prefix="1.", answerOption=rows)))

    assert [one.value for one in found.items[0].options] == [0, 1]


def test_a_value_on_the_code_itself_is_read_too() -> None:
    row = {"valueCoding": {"code": "b", "extension": [{"url": names.WEIGHT, "valueDecimal": 3.0}]}}

    assert read_questionnaire(file(question("1", answerOption=[row]))).items[0].options[0].value == 3


def test_whole_numbers_are_answers_with_their_value() -> None:
    found = read_questionnaire(file(question("1", answerOption=[{"valueInteger": 0}, {"valueInteger": 1}])))

    assert [(one.value, one.text) for one in found.items[0].options] == [(0, {"sv": "0"}), (1, {"sv": "1"})]


def test_answers_in_a_contained_value_set_get_their_weights_from_the_code_system() -> None:
    concepts = [
        {"code": code, "display": text, "property": [{"code": "itemWeight", "valueDecimal": value}]}
        for code, text, value in ANSWERS
    ]
    contained = [
        {"resourceType": "CodeSystem", "id": "cs", "url": "urn:x", "concept": concepts},
        {
            "resourceType": "ValueSet",
            "id": "vs",
            "compose": {
                "include": [
                    {
                        "system": "urn:x",
                        "concept": [
                            {
                                "code": code,
                                "display": text,
                                "designation": [{"language": "en", "value": text.upper()}],
                            }
                            for code, text, _value in ANSWERS
                        ],
                    }
                ]
            },
        },
    ]
    item = question("1", answerValueSet="#vs")
    del item["answerOption"]

    options = read_questionnaire(file(item, contained=contained)).items[0].options

    assert [(one.code, one.system, one.value, one.text) for one in options] == [
        ("a", "urn:x", 0, {"sv": "Inte alls", "en": "INTE ALLS"}),
        ("b", "urn:x", 1, {"sv": "Lite", "en": "LITE"}),
    ]


def test_translations_stand_beside_the_files_own_language() -> None:
    extension = [
        {
            "url": names.TRANSLATION,
            "extension": [{"url": "lang", "valueCode": "en-GB"}, {"url": "content", "valueString": "One"}],
        }
    ]
    found = read_questionnaire(file(question("1", _text={"extension": extension})))

    assert found.items[0].text == {"sv": "Fråga 1", "en": "One"}


def test_score_items_and_hidden_items_are_left_out_and_named() -> None:
    hidden = question("h", extension=[{"url": names.HIDDEN, "valueBoolean": True}])
    total = {"linkId": "sum", "type": "decimal", "readOnly": True}

    assert read_questionnaire(file(question("1"), total, hidden)).left_out == ("sum", "h")


REFUSED: list[tuple[File, str, str]] = [
    ({"resourceType": "Patient"}, "resourceType", "Questionnaire"),
    (file(), "item", "ingen fråga"),
    (file({"linkId": "1", "type": "string"}), "1", "”string”"),
    (file(question("1", repeats=True)), "1", "flera svar"),
    (file(question("1"), question("1")), "1", "två gånger"),
    (file(question("1", answerOption=[])), "1", "inga svar"),
    (file(question("1", answerOption="x")), "1", "lista"),
    (file(question("1", answerOption=[{"valueDate": "2026-01-01"}])), "1", "varken"),
    (file(question("1", answerOption=[option("a", "x", 1.5)])), "1", "heltal"),  # type: ignore[arg-type]
    (file(question("1", answerValueSet="http://x/vs")), "1", "http://x/vs"),
    (file(question("1", text="a\x00b")), "1", "tecken"),
    (file(question("1", text=7)), "1", "text"),
    (file(question("1", text="x" * 4001)), "1", "4000"),
    (file({"type": "choice"}), "item 1", "linkId"),
    (file(question("1", item=[question("2")])), "1", "inuti"),
    (file(question("1"), question("2", enableWhen=shown_when(operator=">"))), "2", "enableWhen"),
    (file(question("1"), question("2", enableWhen=shown_when(question="9"))), "2", "enableWhen"),
    (file(question("1"), question("2", enableWhen=shown_when(operator=["="]))), "2", "enableWhen"),
    (file(question("1"), question("2", enableWhen=shown_when() + shown_when())), "2", "enableWhen"),
    (file(question("1"), {"linkId": "g", "type": "group", "enableWhen": shown_when()}), "g", "enableWhen"),
    (file({"linkId": "g", "type": "group", "readOnly": True, "enableWhen": shown_when()}), "g", "enableWhen"),
    (file(question("1"), modifierExtension=[{"url": "urn:x"}]), "modifierExtension", "modifierExtension"),
    (file(question("1", modifierExtension=[{"url": "urn:x"}])), "1", "modifierExtension"),
]


@pytest.mark.parametrize(("data", "place", "words"), REFUSED)
def test_what_we_can_not_follow_is_refused_with_its_place_in_swedish(
    data: File, place: str, words: str
) -> None:
    with translation.override("sv"), pytest.raises(Refused) as refused:
        read_questionnaire(data)

    assert refused.value.place == place
    with translation.override("sv"):
        assert words in str(refused.value)


def test_a_file_nested_without_end_is_refused() -> None:
    inner = question("1")
    for number in range(30):
        inner = {"linkId": f"g{number}", "type": "group", "item": [inner]}

    with pytest.raises(Refused):
        read_questionnaire(file(inner))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a file."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else []
    return [here, *(place for key, value in pairs for place in places(value, (*here, key)))]


EXPORTED = json.loads(json.dumps(questionnaire(shipped_data()["phq-9"])))
PLACES = places(EXPORTED)[1:]


@given(where=st.sampled_from(PLACES), value=JSON)
@settings(max_examples=300, deadline=None)
def test_anything_in_any_place_is_read_or_refused_and_nothing_else(
    where: tuple[Any, ...], value: Any
) -> None:
    broken: Any = json.loads(json.dumps(EXPORTED))
    node = broken
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = value

    with suppress(Refused):
        assert read_questionnaire(broken).items
