"""Many answer sets get exactly the scores that one by one would give."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd  # noqa: TID253  the test is of the pandas twin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.registry import instrument, shipped
from measurements.scoring import score
from measurements.scoring_many import score_frame

VECTORS = json.loads((Path(__file__).parent / "vectors" / "scoring.json").read_text(encoding="utf-8"))[
    "vectors"
]
SIZES = {key: len(one.items) for key, one in shipped().items()}


def flat(result: dict[str, Any]) -> dict[str, Any]:
    """A single score in the columns of the frame."""
    found: dict[str, Any] = {}
    for key, value in result.items():
        if isinstance(value, dict):
            found.update({f"{key}.{name}": one for name, one in value.items()})
        elif value is not None and key != "reason":
            found[key] = value
    return found


def row_of(frame: pd.DataFrame, place: int) -> dict[str, Any]:
    """What a row says, without what it doesn't say."""
    return {str(key): value for key, value in frame.iloc[place].items() if not pd.isna(value)}


def agrees(key: str, rows: list[list[Any]], frame: pd.DataFrame, *, strict: bool = False) -> None:
    """Each row of the scored frame equals the single score of that row."""
    found = score_frame(instrument(key), frame, strict=strict)
    for place, row in enumerate(rows):
        assert row_of(found, place) == flat(score(instrument(key), row, strict=strict).as_dict())


@pytest.mark.parametrize("strict", [False, True])
@pytest.mark.parametrize("key", sorted({vector["instrument"] for vector in VECTORS}))
def test_vectors_come_out_the_same_in_a_frame(key: str, strict: bool) -> None:
    rows = [
        vector["responses"]
        for vector in VECTORS
        if vector["instrument"] == key and len(vector["responses"]) == SIZES[key]
    ]

    agrees(key, rows, pd.DataFrame(rows, dtype=object), strict=strict)


@pytest.mark.parametrize("key", sorted(SIZES))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_a_frame_of_numbers_with_gaps_equals_single_scoring(key: str, data: st.DataObject) -> None:
    highest = max(instrument(key).items[0].values)
    answer = st.sampled_from([*range(highest + 1)] * 4 + [None, -1, highest + 1])
    rows = data.draw(
        st.lists(st.lists(answer, min_size=SIZES[key], max_size=SIZES[key]), min_size=1, max_size=8)
    )

    agrees(key, rows, pd.DataFrame(rows, dtype="float64"))
    agrees(key, rows, pd.DataFrame(rows, dtype="Int64"))


def test_booleans_text_and_fractions_are_not_answers() -> None:
    frame = pd.DataFrame([[1, True], [1, "2"], [1, 1.5]], dtype=object)
    floats = pd.DataFrame({"a": [1.0, 1.5], "b": [True, False]})

    assert list(score_frame(instrument("gad-2"), frame)["item"]) == [2, 2, 2]
    assert list(score_frame(instrument("gad-2"), floats)["item"]) == [2, 1]


def test_half_a_point_is_rounded_up_in_a_frame_too() -> None:
    found = score_frame(instrument("phq-9"), pd.DataFrame([[None, 0, 0, 0, 0, 0, 0, 2, 2]], dtype="float64"))

    assert row_of(found, 0)["total"] == 4.5
    assert (row_of(found, 0)["total_rounded"], row_of(found, 0)["severity"]) == (5, "mild")


def test_the_index_of_the_frame_is_kept() -> None:
    frame = pd.DataFrame([[0, 1], [3, 3]], index=["elin", "omar"])

    assert score_frame(instrument("phq-2"), frame)["total_rounded"].to_dict() == {"elin": 1, "omar": 6}


def test_an_empty_frame_gives_an_empty_frame() -> None:
    found = score_frame(instrument("phq-2"), pd.DataFrame({"a": [], "b": []}))

    assert list(found.columns[:4]) == ["status", "total", "total_rounded", "n_missing"]
    assert found.empty


def test_a_wrong_shape_is_refused_and_named() -> None:
    with pytest.raises(ValueError, match="phq-2 has 2 items, got 1 columns"):
        score_frame(instrument("phq-2"), pd.DataFrame({"a": [1]}))
    with pytest.raises(ValueError, match="columns stand twice: a"):
        score_frame(instrument("phq-2"), pd.DataFrame([[1, 2]], columns=["a", "a"]))
