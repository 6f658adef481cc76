"""For many persons a change means what it means for one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.change import ReliableChange, has_responded, is_case, is_in_remission, reliable_change
from measurements.outcomes.changing import Scores, outcomes, pair_outcomes
from measurements.outcomes.measure import measure
from measurements.registry import UnknownInstrumentError, instrument, shipped
from measurements.talking_therapies import ANXIETY, pair_outcome

VECTORS = [
    one
    for one in json.loads((Path(__file__).parents[1] / "vectors" / "outcomes.json").read_text("utf-8"))[
        "vectors"
    ]
    if one["kind"] == "iapt_pair"
]
RATES = ("recovery", "reliable_improvement", "reliable_recovery", "reliable_deterioration")


@st.composite
def changes(draw: st.DrawFn) -> tuple[str, list[tuple[float, float]]]:
    """An instrument and first and last scores of some persons, prorated ones too."""
    key = draw(st.sampled_from(sorted(shipped())))
    scoring = instrument(key).scoring
    points = st.one_of(
        st.integers(scoring.lowest, scoring.highest).map(float),
        st.floats(scoring.lowest, scoring.highest).map(lambda value: round(value, 6)),
    )
    return key, draw(st.lists(st.tuples(points, points), min_size=1, max_size=6))


@given(changes())
def test_many_changes_mean_what_each_means(case: tuple[str, list[tuple[float, float]]]) -> None:
    key, pairs = case
    one = instrument(key)
    found = outcomes(measure(key), *(np.array(side) for side in zip(*pairs, strict=True)))

    for place, (first, last) in enumerate(pairs):
        own = {rate: bool(it.holds[place]) if it.asked[place] else None for rate, it in found.items()}
        change = reliable_change(one, first, last)
        recovered = bool(is_case(one, first) and not is_case(one, last))
        assert own["response"] == has_responded(one, first, last)
        assert own.get("remission") == is_in_remission(one, last)
        assert own.get("recovery") == (recovered if is_case(one, first) else None)
        if change is None:
            assert "reliable_improvement" not in own
        else:
            assert own["reliable_improvement"] == (change is ReliableChange.IMPROVED)
            assert own["reliable_deterioration"] == (change is ReliableChange.DETERIORATED)


def pairs_of(rows: list[dict[str, Any]]) -> dict[str, list[bool | None]]:
    """The outcome of many pairs, None where the rate isn't asked of one."""

    def column(name: str) -> Any:
        return np.array([float(row[name]) for row in rows])

    thresholds = [ANXIETY[row["anxiety_measure"]] for row in rows]
    anxiety = Scores(
        column("anxiety_first"),
        column("anxiety_last"),
        np.array([float(one.case) for one in thresholds]),
        np.array([float(one.reliable_change) for one in thresholds]),
    )
    found = pair_outcomes(column("phq9_first"), column("phq9_last"), anxiety)
    return {
        rate: [bool(h) if a else None for a, h in zip(it.asked, it.holds, strict=True)]
        for rate, it in found.items()
    }


def test_the_published_pairs_come_out_the_same_all_at_once() -> None:
    names = {"HAI-14": "shai-14"}
    rows = [dict(one["input"]) for one in VECTORS]
    for row in rows:
        row["anxiety_measure"] = names.get(row["anxiety_measure"], row["anxiety_measure"].lower())
    found = pairs_of(rows)

    assert len(rows) > 10
    for place, vector in enumerate(VECTORS):
        expected = vector["expected"]
        in_denominator = expected["in_recovery_denominator"]
        assert found["reliable_improvement"][place] == expected["reliable_improvement"]
        assert found["reliable_deterioration"][place] == expected["reliable_deterioration"]
        assert found["recovery"][place] == (expected["recovery"] if in_denominator else None)
        assert found["reliable_recovery"][place] == (
            expected["reliable_recovery"] if in_denominator else None
        )


scores = st.integers(0, 27)


@given(
    st.lists(
        st.tuples(scores, scores, scores, scores, st.sampled_from(sorted(ANXIETY))), min_size=1, max_size=6
    )
)
def test_many_pairs_equal_each_pair(cases: list[tuple[int, int, int, int, str]]) -> None:
    keys = ("phq9_first", "phq9_last", "anxiety_first", "anxiety_last", "anxiety_measure")
    rows: list[dict[str, Any]] = [dict(zip(keys, case, strict=True)) for case in cases]
    found = pairs_of(rows)

    for place, row in enumerate(rows):
        expected = pair_outcome(**row)
        for rate in RATES:
            asked = (
                expected.in_recovery_denominator
                or rate.startswith("reliable_imp")
                or rate.endswith("deterioration")
            )
            assert found[rate][place] == (getattr(expected, rate) if asked else None)


def test_an_unanswered_end_is_never_a_yes() -> None:
    nan = float("nan")
    found = outcomes(measure("phq-9"), np.array([20.0, nan]), np.array([nan, 3.0]))
    pair = pair_outcomes(
        np.array([20.0, nan, 20.0]),
        np.array([nan, 2.0, 2.0]),
        Scores.of(ANXIETY["gad-7"], np.array([15.0, 15.0, 15.0]), np.array([2.0, 2.0, nan])),
    )

    assert not any(one.holds.any() for one in found.values())
    assert not any(one.holds.any() for one in pair.values())
    assert pair["recovery"].asked.tolist() == [True, False, True]


def test_where_higher_is_better_a_rise_is_the_improvement() -> None:
    found = outcomes(measure("bbq"), np.array([40.0]), np.array([60.0]))

    assert found["response"].holds.tolist() == [True]
    assert found["recovery"].holds.tolist() == [True]


def test_a_measure_of_the_talking_therapies_table_alone_is_known_too() -> None:
    found = measure("mobility")

    assert (found.lowest, found.reliable_change) == (None, 0.73)
    with pytest.raises(UnknownInstrumentError):
        measure("phq9")
