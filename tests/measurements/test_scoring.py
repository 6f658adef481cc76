"""Scoring gives the published vectors' results, and never counts a missing answer as 0."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.instrument import Instrument
from measurements.registry import instrument, shipped
from measurements.scoring import ScoreResult, Status, round_half_up, score

VECTORS = json.loads((Path(__file__).parent / "vectors" / "scoring.json").read_text(encoding="utf-8"))[
    "vectors"
]
SHIPPED = sorted(shipped())


def same_json(found: ScoreResult, expected: dict[str, Any]) -> bool:
    """Equal also in type: true is not 1, and 20.0 is not 20."""
    return json.dumps(found.as_dict(), sort_keys=True) == json.dumps(expected, sort_keys=True)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_vector_is_scored_by_the_published_rule(vector: dict[str, Any]) -> None:
    found = score(instrument(vector["instrument"]), vector["responses"])

    assert same_json(found, vector["expected"]), found.as_dict()


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_strict_scoring_gives_no_total_when_an_answer_is_missing(vector: dict[str, Any]) -> None:
    found = score(instrument(vector["instrument"]), vector["responses"], strict=True)

    assert same_json(found, vector["expected_strict"]), found.as_dict()


def test_every_instrument_with_wording_has_vectors() -> None:
    with_vectors = {vector["instrument"] for vector in VECTORS}

    assert {key for key, one in shipped().items() if one.languages} == with_vectors


def test_half_a_point_is_rounded_up() -> None:
    found = score(instrument("phq-9"), [None, 0, 0, 0, 0, 0, 0, 2, 2])

    assert (found.total, found.total_rounded, found.severity) == (4.5, 5, "mild")
    assert [round_half_up(Fraction(n, 2)) for n in (1, 3, 5, 9)] == [1, 2, 3, 5]


@pytest.mark.parametrize("wrong", [True, False, 1.0, "1", "", float("nan"), [1], -1, 4, 10**30])
def test_what_is_not_a_whole_number_of_the_item_is_refused_with_its_place(wrong: object) -> None:
    found = score(instrument("phq-9"), [0, 0, wrong, 0, 0, 0, 0, 0, 0])

    assert found.as_dict() == {"status": "invalid", "reason": "out_of_range", "item": 3}


def test_a_skip_counts_only_when_its_own_question_is_answered() -> None:
    answers = [None, 0, 0, None, None, None, None, None, 0, 0]

    assert score(instrument("audit"), answers).status is Status.INCOMPLETE


def test_a_score_carries_the_version_of_its_rule() -> None:
    assert score(instrument("gad-7"), [0] * 7).rule_version == instrument("gad-7").rule_version


@pytest.mark.parametrize("key", SHIPPED)
def test_the_ends_of_the_scale_are_reached(key: str) -> None:
    one = instrument(key)
    totals = [score(one, extreme(one, highest)).total for highest in (False, True)]

    assert totals == [one.scoring.lowest, one.scoring.highest]


def extreme(one: Instrument, highest: bool) -> list[int]:
    """The answers with the lowest or highest total, reversed items turned."""
    rows = enumerate(one.items, start=1)
    return [
        max(item.values) if highest != (number in one.scoring.reverse) else min(item.values)
        for number, item in rows
    ]


@st.composite
def answer_sets(draw: st.DrawFn) -> tuple[Instrument, list[int | None]]:
    """An instrument and valid answers, none to three left out, or more now and then."""
    one = instrument(draw(st.sampled_from(SHIPPED)))
    answers: list[int | None] = [draw(st.sampled_from(sorted(item.values))) for item in one.items]
    most = draw(st.sampled_from([0, 1, 2, 3, len(answers)]))
    for place in draw(st.sets(st.integers(0, len(answers) - 1), max_size=most)):
        answers[place] = None
    return one, answers


@given(answer_sets())
def test_a_total_stays_within_its_scale(case: tuple[Instrument, list[int | None]]) -> None:
    one, answers = case
    found = score(one, answers)

    assert found.status is not Status.INVALID
    if found.total is not None and found.total_rounded is not None:
        assert one.scoring.lowest <= found.total <= one.scoring.highest
        assert one.scoring.lowest <= found.total_rounded <= one.scoring.highest


@given(answer_sets())
def test_a_missing_answer_is_never_scored_as_zero(case: tuple[Instrument, list[int | None]]) -> None:
    """A prorated total is the mean of what was answered times the number of items."""
    one, answers = case
    found = score(one, answers)
    given_scores = [
        min(item.values) + max(item.values) - value if number in one.scoring.reverse else value
        for number, (value, item) in enumerate(zip(answers, one.items, strict=True), start=1)
        if value is not None
    ]

    if None in answers and found.status not in (Status.COMPLETE_BY_SKIP, Status.INCOMPLETE):
        assert found.status is Status.PRORATED
        assert found.total == pytest.approx(sum(given_scores) / len(given_scores) * len(answers), abs=1e-6)
        assert found.n_missing == answers.count(None) <= one.scoring.missing.at_most


@given(answer_sets(), st.randoms(use_true_random=False))
def test_which_alike_items_are_missing_does_not_change_the_total(
    case: tuple[Instrument, list[int | None]], random: Any
) -> None:
    one, answers = case
    if one.scoring.method != "sum" or one.scoring.reverse or one.scoring.skips:
        return
    if len({item.values for item in one.items}) > 1:
        return
    shuffled = random.sample(answers, len(answers))

    assert score(one, shuffled).total == score(one, answers).total


@given(answer_sets(), st.data())
def test_a_worse_answer_never_gives_a_better_total(
    case: tuple[Instrument, list[int | None]], data: st.DataObject
) -> None:
    one, answers = case
    place = data.draw(st.integers(0, len(answers) - 1))
    if answers[place] is None or one.scoring.skips:
        return
    higher = [value for value in one.items[place].values if value >= (answers[place] or 0)]
    raised = [*answers[:place], data.draw(st.sampled_from(sorted(higher))), *answers[place + 1 :]]
    before, after = score(one, answers).total, score(one, raised).total

    if before is not None and after is not None:
        assert after <= before if place + 1 in one.scoring.reverse else after >= before


@given(answer_sets())
def test_strict_scoring_never_gives_a_total_that_the_rule_does_not(
    case: tuple[Instrument, list[int | None]],
) -> None:
    one, answers = case
    strict, usual = score(one, answers, strict=True), score(one, answers)

    assert strict.total in (None, usual.total)
    assert strict.is_scored == (usual.status in (Status.COMPLETE, Status.COMPLETE_BY_SKIP))
