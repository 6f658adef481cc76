"""Exercise types are read strictly from data, whether from a file or from the copy in a frozen version."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from programs.exercises.definitions import content_hash, definition_from, load_all
from programs.exercises.structure import DefinitionError

ALL = load_all()


def document(exercise: str = "sleep_diary") -> dict[str, Any]:
    """A copy that a test may spoil."""
    copied: dict[str, Any] = json.loads(json.dumps(dict(ALL[exercise].document)))
    return copied


def test_all_thirty_six_types_load() -> None:
    assert len(ALL) == 36


@pytest.mark.parametrize("exercise", sorted(ALL))
def test_the_copy_in_a_frozen_version_gives_the_same_type(exercise: str) -> None:
    frozen = json.loads(json.dumps(dict(ALL[exercise].document)))
    assert definition_from(frozen) == ALL[exercise]


def test_the_hash_does_not_see_the_order_of_keys() -> None:
    turned = dict(reversed(list(document().items())))
    assert content_hash(turned) == ALL["sleep_diary"].content_hash


def test_the_hash_sees_a_changed_word() -> None:
    changed = document()
    changed["fields"][0]["label"]["sv"] = "Datum"
    assert definition_from(changed).content_hash != ALL["sleep_diary"].content_hash


def spoil_unknown_key(data: dict[str, Any]) -> None:
    data["fields"][0]["requird"] = True


def spoil_type(data: dict[str, Any]) -> None:
    data["fields"][0]["type"] = "colour"


def spoil_formula(data: dict[str, Any]) -> None:
    data["derived"][0]["formula"] = "bed_time +"


def spoil_name_in_formula(data: dict[str, Any]) -> None:
    data["derived"][0]["formula"] = "elapsed_min(bed_time, out_of_bedd)"


def spoil_later_name(data: dict[str, Any]) -> None:
    data["derived"][0]["formula"] = "tst + 1"


def spoil_function(data: dict[str, Any]) -> None:
    data["derived"][0]["formula"] = "median(sol)"


def spoil_bounds(data: dict[str, Any]) -> None:
    del data["fields"][3]["max"]


def spoil_language(data: dict[str, Any]) -> None:
    del data["fields"][0]["label"]["sv"]


def spoil_twice(data: dict[str, Any]) -> None:
    data["fields"].append(copy.deepcopy(data["fields"][0]))


def spoil_truth(data: dict[str, Any]) -> None:
    data["repeatable"] = "yes"


def spoil_scope(data: dict[str, Any]) -> None:
    data["derived"][0]["scope"] = "month"


def spoil_options(data: dict[str, Any]) -> None:
    data["fields"][0]["options"] = [{"value": "a", "en": "a", "sv": "a"}]


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (spoil_unknown_key, r"fields\[0\]: unknown requird"),
        (spoil_type, r"no field type 'colour'"),
        (spoil_formula, r"derived\[0\].formula: unexpected 'end'"),
        (spoil_name_in_formula, "unknown name 'out_of_bedd'"),
        (spoil_later_name, "unknown name 'tst'"),
        (spoil_function, "unknown function 'median'"),
        (spoil_bounds, "a number needs min and max"),
        (spoil_language, r"label.sv: missing"),
        (spoil_twice, "a name stands twice"),
        (spoil_truth, "repeatable: is not true or false"),
        (spoil_scope, "no scope 'month'"),
        (spoil_options, "options: has no place"),
    ],
)
def test_a_faulty_definition_is_refused_with_its_place(spoil: Any, sentence: str) -> None:
    data = document()
    spoil(data)
    with pytest.raises(DefinitionError, match=sentence):
        definition_from(data)


def test_a_list_inside_a_list_is_refused() -> None:
    data = document("weekly_planner")
    data["fields"][0]["fields"].append(copy.deepcopy(data["fields"][0]))
    with pytest.raises(DefinitionError, match="no field type 'list' here"):
        definition_from(data)


def test_context_comes_from_exercises_that_exist() -> None:
    sources = {source.split(".")[0] for each in ALL.values() for source in each.context.values()}
    assert sources == {"sleep_diary", "sleep_window_plan"}


def test_every_label_stands_in_both_languages() -> None:
    labels = [each.label for definition in ALL.values() for each in definition.fields]
    labels += [each.label for definition in ALL.values() for each in definition.derived]
    assert all(label["sv"].strip() and label["en"].strip() for label in labels)
