"""What must hold for every shipped instrument, whatever is answered: bounds, gaps, wrong values, one by one or many."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd  # noqa: TID253  the test is of the pandas twin
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from measurements.instrument import Instrument
from measurements.registry import shipped
from measurements.scoring import Status, score
from measurements.scoring_many import score_frame

SHIPPED = shipped()
KEYS = sorted(SHIPPED)
WRONG: tuple[object, ...] = (True, False, "1", "", " ", 1.5, 2.0, float("inf"), -1, 99, 10**20, b"1", (1,))
few = settings(max_examples=25, deadline=None)


def reversed_value(one: Instrument, place: int, value: int) -> int:
    """An answer as it counts."""
    values = one.items[place].values
    return min(values) + max(values) - value if place + 1 in one.scoring.reverse else value


@st.composite
def answers(draw: st.DrawFn, one: Instrument, most_missing: int = 4) -> list[int | None]:
    """Valid answers with gaps."""
    given_answers: list[int | None] = [draw(st.sampled_from(sorted(item.values))) for item in one.items]
    places = st.sets(st.integers(0, len(given_answers) - 1), max_size=most_missing)
    for place in draw(places):
        given_answers[place] = None
    return given_answers


def flat(one: Instrument, row: Sequence[object], *, strict: bool = False) -> dict[str, Any]:
    """A single score in the columns of the frame, without what it doesn't say."""
    found: dict[str, Any] = {}
    for key, value in score(one, row, strict=strict).as_dict().items():
        if isinstance(value, dict):
            found |= {f"{key}.{name}": each for name, each in value.items()}
        elif value is not None and key != "reason":
            found[key] = value
    return found


def in_frame(one: Instrument, frame: pd.DataFrame, *, strict: bool = False) -> list[dict[str, Any]]:
    """The scored rows of a frame, without what they don't say."""
    rows = score_frame(one, frame, strict=strict).to_dict("records")
    return [{str(key): value for key, value in row.items() if not pd.isna(value)} for row in rows]


def test_all_are_here() -> None:
    assert len(KEYS) >= 21


@pytest.mark.parametrize("key", KEYS)
@few
@given(data=st.data())
def test_totals_stay_within_the_scale(key: str, data: st.DataObject) -> None:
    one = SHIPPED[key]
    found = score(one, data.draw(answers(one)))

    if found.total is not None:
        assert found.total_rounded is not None
        assert one.scoring.lowest <= found.total <= one.scoring.highest
        assert abs(found.total_rounded - found.total) <= 0.5
        assert (found.severity is None) == (not one.scoring.bands)


@pytest.mark.parametrize("key", KEYS)
@few
@given(data=st.data())
def test_leaving_an_answer_out_is_never_silent(key: str, data: st.DataObject) -> None:
    """Either the instrument tells to pass it by, or the status says so and counts it; and it is never a 0."""
    one = SHIPPED[key]
    whole = data.draw(answers(one, most_missing=0))
    place = data.draw(st.integers(0, len(whole) - 1))
    gap = [*whole[:place], None, *whole[place + 1 :]]
    before, after = score(one, whole), score(one, gap)

    assert before.status is Status.COMPLETE
    if after.status is Status.COMPLETE_BY_SKIP:
        assert any(place + 1 in skip.items and skip.applies(gap) for skip in one.scoring.skips)
        return
    assert after.n_missing == 1
    assert after.status is (Status.PRORATED if one.scoring.missing.at_most else Status.INCOMPLETE)
    if after.total is not None:
        left = [reversed_value(one, at, value) for at, value in enumerate(gap) if value is not None]
        assert after.total == pytest.approx(sum(left) * len(gap) / len(left), abs=1e-6)


@pytest.mark.parametrize("key", [key for key in KEYS if SHIPPED[key].scoring.missing.at_most])
@few
@given(data=st.data())
def test_where_the_gaps_are_does_not_raise_a_total(key: str, data: st.DataObject) -> None:
    """Gaps moved among answers that count the same leave the total as it is."""
    one = SHIPPED[key]
    given_answers = data.draw(answers(one, most_missing=one.scoring.missing.at_most))
    counted = [
        None if value is None else reversed_value(one, at, value) for at, value in enumerate(given_answers)
    ]
    moved = data.draw(st.permutations(counted))
    again = [None if value is None else reversed_value(one, at, value) for at, value in enumerate(moved)]

    assert score(one, again).total == score(one, given_answers).total
    assert score(one, again).status is score(one, given_answers).status


@pytest.mark.parametrize("key", KEYS)
@few
@given(data=st.data())
def test_more_gaps_than_the_rule_allows_give_no_total(key: str, data: st.DataObject) -> None:
    one = SHIPPED[key]
    given_answers = data.draw(answers(one, most_missing=len(one.items)))
    found = score(one, given_answers)

    if (
        given_answers.count(None) > one.scoring.missing.at_most
        and found.status is not Status.COMPLETE_BY_SKIP
    ):
        assert found.status is Status.INCOMPLETE
        assert found.total is None
        assert found.severity is None
        assert found.case is None


@pytest.mark.parametrize("key", KEYS)
@few
@given(data=st.data())
def test_many_are_scored_as_one_is_gaps_and_wrong_values_too(key: str, data: st.DataObject) -> None:
    one = SHIPPED[key]
    cell = st.one_of(st.none(), st.sampled_from(sorted(one.items[0].values)), st.sampled_from(WRONG))
    wild = st.lists(cell, min_size=len(one.items), max_size=len(one.items))
    rows: list[list[Any]] = data.draw(st.lists(st.one_of(wild, answers(one)), min_size=1, max_size=5))
    strict = data.draw(st.booleans())

    found = in_frame(one, pd.DataFrame(rows, dtype=object), strict=strict)

    assert found == [flat(one, row, strict=strict) for row in rows]


@pytest.mark.parametrize("key", KEYS)
@few
@given(data=st.data())
def test_columns_of_floats_and_of_whole_numbers_are_scored_alike(key: str, data: st.DataObject) -> None:
    """Numbers outside the scale, as far as the type goes, infinity and fractions too."""
    one = SHIPPED[key]
    wrong = st.sampled_from(
        [-1.0, 0.5, 1e300, -1e300, float("inf"), 40_000.0, 65_536.0, 65_537.0, 2.0**32 + 1]
    )
    cell = st.one_of(st.sampled_from(sorted(one.items[0].values)).map(float), st.just(float("nan")), wrong)
    rows = data.draw(
        st.lists(st.lists(cell, min_size=len(one.items), max_size=len(one.items)), min_size=1, max_size=4)
    )

    found = in_frame(one, pd.DataFrame(rows, dtype="float64"))

    as_answers = [
        [None if value != value else int(value) if value.is_integer() else value for value in row]
        for row in rows
    ]
    assert found == [flat(one, row) for row in as_answers]


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_what_is_no_answer_is_invalid_and_its_place_named(key: str, wrong: object) -> None:
    one = SHIPPED[key]
    row: list[object] = [min(item.values) for item in one.items]
    row[-1] = wrong
    expected = {"status": "invalid", "reason": "out_of_range", "item": len(row)}

    assert score(one, row).as_dict() == expected
    assert in_frame(one, pd.DataFrame([row], dtype=object)) == [{"status": "invalid", "item": len(row)}]


@pytest.mark.parametrize("key", KEYS)
def test_a_wrong_number_of_answers_is_invalid(key: str) -> None:
    one = SHIPPED[key]

    for length in (0, len(one.items) - 1, len(one.items) + 1):
        assert score(one, [1] * length).as_dict() == {"status": "invalid", "reason": "wrong_number_of_items"}
