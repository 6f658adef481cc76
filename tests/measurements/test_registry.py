"""The shipped definitions hold together, carry the exact wording, and say where it comes from."""

from __future__ import annotations

import copy
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from measurements.definition import DefinitionError, read_instrument
from measurements.registry import (
    FOLDER,
    UnknownInstrumentError,
    answerable,
    instrument,
    shipped,
    shipped_data,
)

WORDING = json.loads((Path(__file__).parent / "vectors" / "wording.json").read_text(encoding="utf-8"))
# Wording that the standard questionnaires lack and the definitions name the source of.
ADDED_INTRO = {"gad-2", "phq-4"}
ADDED_OPTIONS = {"69722-7"}


def wording_of(data: Any) -> dict[str, Any]:
    """The texts of a definition in the order and shape the hash was taken of the standard questionnaire."""
    intro = {
        language: text
        for language, text in data["intro"].items()
        if data["id"] not in ADDED_INTRO or language == "en"
    }
    # PHQ-9's function item stands after the nine, as in the questionnaire.
    items = [
        [
            item["id"],
            item["text"],
            [[one["code"], option_text(item["id"], one)] for one in data["option_sets"][item["options"]]],
        ]
        for item in (*data["items"], *data["unscored"])
    ]
    return {"intro": intro, "items": items}


def option_text(item_id: str, option: Any) -> dict[str, str]:
    """An option's texts, less what was added."""
    return {key: text for key, text in option["text"].items() if item_id not in ADDED_OPTIONS or key == "en"}


@pytest.mark.parametrize("key", sorted(WORDING))
def test_wording_is_exactly_that_of_the_standard_questionnaire(key: str) -> None:
    canonical = json.dumps(wording_of(shipped_data()[key]), ensure_ascii=False, sort_keys=True)

    assert hashlib.sha256(canonical.encode()).hexdigest() == WORDING[key]


def test_thirteen_questionnaires_and_eight_scoring_keys_are_shipped() -> None:
    with_text = {key for key, one in shipped().items() if one.languages}

    assert with_text == set(WORDING)
    assert set(shipped()) - with_text == {
        "madrs-s", "isi", "lsas-sr", "pdss-sr", "oci-r", "wsas", "keds", "pss-10",
    }  # fmt: skip


def test_scoring_keys_carry_no_item_text() -> None:
    for file in (FOLDER / "scoring_only").glob("*.json"):
        one = instrument(file.stem)
        assert not any(item.text or any(option.text for option in item.options) for item in one.items)


def test_texts_under_their_own_licence_stand_beside_their_notice() -> None:
    folder = FOLDER / "own_licence"
    own = {key for key, one in shipped().items() if one.bundle in ("NC", "CC-BY-ND-4.0")}

    assert own == {file.stem for file in folder.glob("*.json")} == {"audit", "audit-c", "who-5", "core-10"}
    assert all((folder / f"{key}.NOTICE.txt").read_text(encoding="utf-8") for key in own)


def test_swedish_exists_for_six_and_says_which_are_unverified() -> None:
    swedish = {one.id: one.languages["sv"].verified for one in answerable("sv")}

    assert swedish == {
        "phq-9": True, "phq-2": True, "gad-7": False, "gad-2": False, "phq-4": False, "bbq": False,
    }  # fmt: skip


def test_every_wording_names_its_source() -> None:
    assert all(wording.source for one in shipped().values() for wording in one.languages.values())


def test_gad7_proration_is_marked_as_a_convention_and_phq9s_is_not() -> None:
    assert instrument("gad-7").is_prorated_by_convention
    assert not instrument("phq-9").is_prorated_by_convention


def test_gad7_uses_not_at_all_and_not_the_misprint() -> None:
    assert instrument("gad-7").items[0].options[0].text["en"] == "Not at all"


def test_an_unknown_instrument_is_refused_and_the_known_are_named() -> None:
    with pytest.raises(UnknownInstrumentError, match=r"'phq-99'.*phq-9"):
        instrument("phq-99")


def broken(change: Any) -> dict[str, Any]:
    """PHQ-9's definition with one thing changed."""
    data: dict[str, Any] = copy.deepcopy(dict(shipped_data()["phq-9"]))
    change(data)
    return data


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda data: data.pop("items"), "'items' is missing"),
        (lambda data: data.update(format="other/1"), "format is 'other/1'"),
        (lambda data: data["scoring"]["bands"].pop(0), "bands don't cover the total"),
        (lambda data: data["scoring"]["bands"].pop(2), "bands overlap or leave a gap"),
        (lambda data: data["scoring"].update(method="guess"), "unknown scoring method 'guess'"),
        (lambda data: data["scoring"].update(method="products"), "even number of items"),
        (
            lambda data: data["scoring"]["results"].append({"key": "x", "kind": "magic"}),
            "unknown kind 'magic'",
        ),
        (lambda data: data["items"].append(data["items"][0]), "an id stands twice"),
        (lambda data: data["risk"].update(item=10), "an item number is outside the items"),
        (lambda data: data["items"][3]["text"].pop("sv"), "wording is not whole in 'sv'"),
        (lambda data: data["intro"].pop("sv"), "wording is not whole in 'sv'"),
        (
            lambda data: data["option_sets"]["difficulty"][1].update(code="LA6572-7"),
            "answer code stands twice",
        ),
        (lambda data: data["option_sets"]["answers-1"][1].update(value=0), "needs a value of its own"),
        (lambda data: data["cut_off"].update(side="around"), "side is 'around'"),
        (lambda data: data["items"][0].update(options="nothing"), "'nothing' is missing"),
    ],
)
def test_a_definition_that_contradicts_itself_is_refused_with_its_place(change: Any, sentence: str) -> None:
    with pytest.raises(DefinitionError, match=sentence):
        read_instrument(broken(change))
