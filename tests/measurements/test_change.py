"""Change, recovery and effect sizes give the published vectors' numbers."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.change import (
    JacobsonTruax,
    NoMeasurementError,
    ReliableChange,
    carried_forward,
    cut_offs,
    has_responded,
    improved_share,
    is_case,
    is_considerably_improved,
    is_in_remission,
    jacobson_truax,
    reliable_change,
)
from measurements.definition import read_instrument
from measurements.effect_sizes import TooFewError, hedges_g_between, hedges_g_within, rate
from measurements.registry import instrument, shipped_data
from measurements.scoring import score
from measurements.talking_therapies import ANXIETY, course_outcome, pair_outcome

VECTORS = json.loads((Path(__file__).parent / "vectors" / "outcomes.json").read_text(encoding="utf-8"))[
    "vectors"
]
# The vectors print the measures' names; GAD-7, SPIN and the others differ from our ids only in case.
MEASURE_IDS = {"HAI-14": "shai-14"}


def iapt_pair(given: dict[str, Any]) -> dict[str, Any]:
    """The outcome of one pair, as a vector prints it."""
    name = given["anxiety_measure"]
    rest = {key: value for key, value in given.items() if key != "anxiety_measure"}
    return pair_outcome(**rest, anxiety_measure=MEASURE_IDS.get(name, name.lower())).as_dict()


def first_last(given: dict[str, Any]) -> dict[str, Any] | None:
    """The outcome of two series, as a vector prints it."""
    outcome = course_outcome(given["phq9"], given["gad7"])
    return outcome.as_dict() if outcome else None


def change_index(given: dict[str, Any]) -> dict[str, Any]:
    """The Jacobson-Truax index, or the vector's word for why there is none."""
    try:
        return asdict(jacobson_truax(**given))
    except NoMeasurementError as error:
        return {"error": str(error)}


def between(given: dict[str, Any]) -> dict[str, Any]:
    """Hedges' g between groups with the vector's name for the correction."""
    found = asdict(hedges_g_between(**given))
    return {"J" if key == "correction" else key: value for key, value in found.items()}


def share(given: dict[str, Any]) -> dict[str, Any]:
    """A share with its interval."""
    found = rate(given["x"], given["n"])
    return asdict(found) if found else {}


KINDS: dict[str, Any] = {
    "iapt_pair": iapt_pair,
    "first_last": first_last,
    "jacobson_truax": change_index,
    "cutoff_c": lambda given: asdict(cut_offs(**given)),
    "hedges_g_between": between,
    "hedges_g_within_baseline_sd": lambda given: asdict(hedges_g_within(given["pre"], given["post"])),
    "rate_wilson": share,
    "locf": carried_forward,
}


def rounded(value: Any) -> Any:
    """Numbers to six decimals, as the vectors print them."""
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one) for one in value]
    return round(value, 6) if isinstance(value, float) else value


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector_gives_the_published_outcome(vector: dict[str, Any]) -> None:
    assert rounded(KINDS[vector["kind"]](vector["input"])) == vector["expected"]


@pytest.mark.parametrize(
    ("key", "baseline", "later", "expected"),
    [
        ("phq-9", 16, 10, ReliableChange.IMPROVED),
        ("phq-9", 16, 11, ReliableChange.UNCHANGED),
        ("phq-9", 10, 16, ReliableChange.DETERIORATED),
        ("phq-9", 10, 15, ReliableChange.UNCHANGED),
        ("gad-7", 12, 8, ReliableChange.IMPROVED),
        ("gad-7", 12, 9, ReliableChange.UNCHANGED),
        ("audit", 20, 0, None),
    ],
)
def test_change_is_reliable_from_the_published_number_of_points(
    key: str, baseline: int, later: int, expected: ReliableChange | None
) -> None:
    assert reliable_change(instrument(key), baseline, later) is expected


def test_where_higher_is_better_a_rise_is_an_improvement() -> None:
    assert improved_share(instrument("bbq"), 40, 60) == 0.5
    assert improved_share(instrument("phq-9"), 10, 15) == -0.5


def test_response_is_half_and_considerable_improvement_two_fifths() -> None:
    phq9 = instrument("phq-9")

    assert [has_responded(phq9, 20, later) for later in (10, 11)] == [True, False]
    assert [is_considerably_improved(phq9, 20, later) for later in (12, 13)] == [True, False]
    assert is_considerably_improved(phq9, 20, 14, share=0.3)


def test_response_follows_the_instruments_own_share() -> None:
    assert has_responded(instrument("pdss-sr"), 20, 12)
    assert has_responded(instrument("lsas-sr"), 100, 72)


def test_a_share_of_a_baseline_of_zero_is_no_answer() -> None:
    assert has_responded(instrument("phq-9"), 0, 5) is None
    assert is_considerably_improved(instrument("phq-9"), 0, 5) is None


def test_remission_follows_its_own_limit_or_else_the_cut_off() -> None:
    assert [is_in_remission(instrument("isi"), total) for total in (7, 8)] == [True, False]
    assert [is_in_remission(instrument("lsas-sr"), total) for total in (35, 36)] == [True, False]
    assert [is_in_remission(instrument("phq-9"), total) for total in (9, 10)] == [True, False]
    assert is_in_remission(instrument("pss-10"), 0) is None


def test_a_low_quality_of_life_is_the_clinical_side() -> None:
    assert [is_case(instrument("bbq"), total) for total in (51, 52)] == [True, False]


def test_a_units_own_cut_off_moves_what_is_a_case() -> None:
    own = {"value": 15, "side": "at_least", "citation": "The unit's medically responsible person"}
    stricter = read_instrument({**shipped_data()["phq-9"], "cut_off": own})
    twelve = [2, 2, 2, 2, 2, 2, 0, 0, 0]

    assert is_case(instrument("phq-9"), 12)
    assert score(instrument("phq-9"), twelve).case
    assert not is_case(stricter, 12)
    assert not score(stricter, twelve).case


def test_only_who_was_on_the_clinical_side_can_recover() -> None:
    below = jacobson_truax(sd_pre=5, reliability=0.84, pre=9, post=2, cutoff=10)
    at_it = jacobson_truax(sd_pre=5, reliability=0.84, pre=16, post=10, cutoff=10)

    assert [below.category, at_it.category] == [JacobsonTruax.IMPROVED, JacobsonTruax.IMPROVED]


def test_opposite_reliable_changes_are_no_reliable_change() -> None:
    found = pair_outcome(phq9_first=18, phq9_last=12, anxiety_first=8, anxiety_last=12)

    assert found.no_reliable_change
    assert not found.reliable_improvement
    assert not found.reliable_deterioration


def test_a_change_of_exactly_the_threshold_counts_in_decimals_too() -> None:
    found = pair_outcome(
        phq9_first=5, phq9_last=5, anxiety_first=2.3, anxiety_last=1.57, anxiety_measure="mobility"
    )

    assert found.reliable_improvement


def test_an_effect_size_of_too_few_persons_is_refused() -> None:
    with pytest.raises(TooFewError):
        hedges_g_within([10, 12], [5, 6])
    with pytest.raises(TooFewError):
        hedges_g_within([10, 10, 10], [5, 6, 7])
    with pytest.raises(TooFewError):
        hedges_g_between(n1=1, m1=3, sd1=0, n2=9, m2=2, sd2=1)
    assert rate(0, 0) is None


points = st.integers(0, 21)


@given(points, points, points, points, st.sampled_from(sorted(ANXIETY)))
def test_a_pair_has_one_direction_and_mirrors_when_time_turns(
    a: int, b: int, c: int, d: int, measure: str
) -> None:
    there = pair_outcome(phq9_first=a, phq9_last=b, anxiety_first=c, anxiety_last=d, anxiety_measure=measure)
    back = pair_outcome(phq9_first=b, phq9_last=a, anxiety_first=d, anxiety_last=c, anxiety_measure=measure)

    assert [there.reliable_improvement, there.reliable_deterioration, there.no_reliable_change].count(
        True
    ) == 1
    assert there.reliable_improvement == back.reliable_deterioration
    assert there.recovery <= there.in_recovery_denominator


@given(st.integers(0, 500), st.integers(1, 500))
def test_a_wilson_interval_holds_its_share(count: int, n: int) -> None:
    found = rate(min(count, n), n)

    assert found is not None
    low, high = found.wilson95
    assert 0 <= low <= found.p + 1e-12
    assert found.p - 1e-12 <= high <= 1
