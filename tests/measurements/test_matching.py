"""A file's wording is held against the instrument: by id, code or order; other questions or values are refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.combining import Wording, combined
from measurements.definition import read_instrument
from measurements.fhir.names import ORDINAL
from measurements.fhir.reading import read_questionnaire
from measurements.form import questions
from measurements.importing import Checked, check_wording, read_file
from measurements.incoming import Refused
from measurements.instrument import Instrument
from measurements.matching import BroughtWording, wording_from
from measurements.registry import instrument, shipped_data
from tests.measurements.invented import swedish_data, swedish_fhir

File = dict[str, Any]


def exported(slug: str) -> File:
    found: File = json.loads(swedish_fhir(slug))
    return found


def foreign(slug: str, *, scored: bool = False, label: str = "Etikett") -> File:
    """A file that shares no id and no code with ours: only order and values; weights as printed, or as summed."""
    known = instrument(slug)
    items = []
    for number, item in enumerate(known.items, start=1):
        ends = min(item.values) + max(item.values)
        turned = scored and number in known.scoring.reverse
        rows = [
            {
                "extension": [{"url": ORDINAL, "valueDecimal": ends - value if turned else value}],
                "valueCoding": {"code": f"x{value}", "display": f"{label} {value}"},
            }
            for value in sorted(item.values)
        ]
        items.append({"linkId": f"{number}", "type": "choice", "text": f"F{number}", "answerOption": rows})
    return {"resourceType": "Questionnaire", "language": "sv", "item": items}


def matched(file: File, slug: str) -> BroughtWording:
    return wording_from(read_questionnaire(file), instrument(slug), "sv")


def with_wording(slug: str, wording: BroughtWording) -> Instrument:
    own = Wording("sv", wording.as_data(), source="x", verified=False)
    return read_instrument(combined(shipped_data()[slug], wordings=[own], numbers=None, whose="u"))


@pytest.mark.parametrize("slug", ["isi", "madrs-s", "lsas-sr", "pdss-sr", "oci-r", "wsas", "keds", "pss-10"])
def test_a_scoring_key_takes_wording_and_can_be_asked(slug: str) -> None:
    one = with_wording(slug, matched(exported(slug), slug))

    assert questions(one, "sv", {})[0].text == f"Påhittad fråga {slug}-q1"
    assert one.scoring == instrument(slug).scoring
    assert [option.code for option in one.items[0].options] == [
        option.code for option in instrument(slug).items[0].options
    ]


def test_a_file_with_other_ids_is_matched_in_order_and_by_value() -> None:
    wording = matched(foreign("isi"), "isi")

    assert wording.items["isi-q3"].text == "F3"
    assert wording.items["isi-q3"].options["isi-4"] == "Etikett 4"


@pytest.mark.parametrize("scored", [False, True])
def test_a_reversed_question_is_matched_whether_values_are_printed_or_summed(scored: bool) -> None:
    wording = matched(foreign("pss-10", scored=scored), "pss-10")

    assert wording.items["pss-10-q4"].options["pss-10-0"] == "Etikett 0"
    assert wording.items["pss-10-q4"].options["pss-10-4"] == "Etikett 4"


def test_a_reversed_question_that_can_not_be_told_is_refused() -> None:
    file = foreign("pss-10")
    for row in file["item"][3]["answerOption"]:
        row["valueCoding"]["display"] = f"Annan {row['valueCoding']['code']}"

    with pytest.raises(Refused) as refused:
        matched(file, "pss-10")
    assert refused.value.place == "4"


def test_a_step_without_a_label_is_called_by_its_number() -> None:
    file = foreign("madrs-s")
    del file["item"][0]["answerOption"][1]["valueCoding"]["display"]

    assert matched(file, "madrs-s").items["madrs-s-q1"].options["madrs-s-1"] == "1"


def drop_last(file: File) -> None:
    file["item"] = [item for item in file["item"] if item["linkId"] != "isi-q7"]


def rename(file: File) -> None:
    file["item"][1]["linkId"] = "annat"


def drop_answer(file: File) -> None:
    file["item"][2]["answerOption"].pop()


def change_value(file: File) -> None:
    for extension in file["item"][2]["answerOption"][4]["extension"]:
        extension["valueDecimal"] = 9


def drop_text(file: File) -> None:
    del file["item"][4]["text"]


def own_condition(file: File) -> None:
    asked = file["item"][0]["answerOption"][1]["valueCoding"]
    file["item"][3]["enableWhen"] = [{"question": "isi-q1", "operator": "=", "answerCoding": asked}]


@pytest.mark.parametrize(
    ("change", "place", "words"),
    [
        (drop_last, "isi-q7", "but not in the file"),
        (rename, "annat", "no such question"),
        (drop_answer, "isi-q3", "0, 1, 2, 3, but must have 0, 1, 2, 3, 4"),
        (change_value, "isi-q3", "0, 1, 2, 3, 9"),
        (drop_text, "isi-q5", "missing in the language"),
        (own_condition, "isi-q4", "another condition"),
    ],
)
def test_what_is_not_the_instruments_is_refused_by_its_place(
    change: Callable[[File], None], place: str, words: str
) -> None:
    file = exported("isi")
    change(file)

    with translation.override("en"), pytest.raises(Refused) as refused:
        matched(file, "isi")

    assert refused.value.place == place
    assert words in str(refused.value)


def test_a_question_whose_id_and_code_are_of_two_is_refused() -> None:
    """The words of the first question would stand over the answers to the one on suicide."""
    brought = exported("phq-9")
    first, last = (
        next(row for row in brought["item"] if row["linkId"] == link) for link in ("44250-9", "44260-8")
    )
    first["linkId"], last["linkId"] = last["linkId"], first["linkId"]

    with translation.override("sv"), pytest.raises(Refused) as refused:
        matched(brought, "phq-9")

    assert refused.value.place == "44260-8"
    assert "44250-9" in str(refused.value.words)


def test_another_number_of_questions_is_refused() -> None:
    file = foreign("isi")
    file["item"].pop()

    with translation.override("en"), pytest.raises(Refused, match="ISI has 7 questions, the file has 6"):
        matched(file, "isi")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(node: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a file."""
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else []
    return [here, *(place for key, value in pairs for place in places(value, (*here, key)))]


FILES = [swedish_data("isi"), {**swedish_data("isi"), "languages": {}}, exported("isi")]


@given(data=st.data(), file=st.sampled_from(FILES), value=JSON)
@settings(max_examples=300, deadline=None)
def test_a_file_with_anything_in_any_place_is_checked_or_refused(
    data: st.DataObject, file: File, value: Any
) -> None:
    where = data.draw(st.sampled_from(places(file)[1:]))
    broken: Any = json.loads(json.dumps(file))
    node = broken
    for key in where[:-1]:
        node = node[key]
    node[where[-1]] = value

    with suppress(Refused):
        slug = data.draw(st.sampled_from(["isi", ""]))
        checked = check_wording(read_file(json.dumps(broken).encode()), slug=slug, language="sv")
        assert isinstance(checked, Checked)


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x" * 4001])
def test_a_text_that_can_not_be_stored_is_refused_in_our_own_format_too(text: str) -> None:
    data = swedish_data("isi")
    data["items"][0]["text"]["sv"] = text

    with pytest.raises(Refused):
        read_file(json.dumps(data).encode())
