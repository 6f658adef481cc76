"""When conditions hold: a table of each form, and what is never true."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.tailoring.conditions import Known, findings, fires, instruments_in, steps_in

KNOWN = Known(
    scores={"isi": 15, "gad-7": 9, "phq-9": 8},
    answers={"s1": {"readiness": 4, "kind": "practical", "tags": ["a", "b"], "yes": True, "none": None}},
    entries={"s1": 3},
)

TABLE: list[tuple[dict[str, Any], bool]] = [
    ({"instrument": "isi", "at_least": 15}, True),
    ({"instrument": "isi", "at_least": 16}, False),
    ({"instrument": "isi", "at_most": 15}, True),
    ({"instrument": "isi", "at_most": 14}, False),
    ({"instrument": "isi", "at_least": 8, "at_most": 14}, False),
    ({"instrument": "isi", "at_least": 8, "at_most": 21}, True),
    ({"instrument": "who-5", "at_most": 100}, False),
    ({"instrument": "gad-7", "above": "phq-9"}, True),
    ({"instrument": "phq-9", "above": "gad-7"}, False),
    ({"instrument": "phq-9", "above": "phq-9"}, False),
    ({"instrument": "gad-7", "above": "who-5"}, False),
    ({"step": "s1", "field": "readiness", "at_most": 4}, True),
    ({"step": "s1", "field": "readiness", "at_most": 3}, False),
    ({"step": "s1", "field": "kind", "equals": "practical"}, True),
    ({"step": "s1", "field": "kind", "equals": "pract"}, False),
    ({"step": "s1", "field": "tags", "equals": "b"}, True),
    ({"step": "s1", "field": "yes", "equals": "true"}, True),
    ({"step": "s1", "field": "yes", "at_least": 1}, False),
    ({"step": "s1", "field": "kind", "at_least": 0}, False),
    ({"step": "s1", "field": "none", "equals": ""}, False),
    ({"step": "s1", "field": "none", "at_most": 9}, False),
    ({"step": "s2", "field": "readiness", "at_most": 4}, False),
    ({"entries": "s1", "at_least": 3}, True),
    ({"entries": "s1", "at_least": 4}, False),
    ({"entries": "s2", "at_most": 0}, True),
]


@pytest.mark.parametrize(("condition", "holds"), TABLE, ids=[str(case[0]) for case in TABLE])
def test_a_condition_holds_exactly_when_it_says(condition: dict[str, Any], holds: bool) -> None:
    assert fires({"when": [condition]}, KNOWN) is holds


YES, NO = {"instrument": "isi", "at_least": 15}, {"instrument": "isi", "at_least": 22}
TOGETHER = [
    ([YES, YES], "all", True),
    ([YES, NO], "all", False),
    ([YES, NO], "any", True),
    ([NO, NO], "any", False),
]


@pytest.mark.parametrize(("when", "match", "holds"), TOGETHER)
def test_all_must_hold_or_where_it_says_so_any(when: list[dict[str, Any]], match: str, holds: bool) -> None:
    rule: dict[str, Any] = {"when": when, **({"match": "any"} if match == "any" else {})}

    assert fires(rule, KNOWN) is holds


@pytest.mark.parametrize("rule", [None, {"when": []}, {"when": [], "match": "any"}])
def test_a_rule_without_conditions_never_fires(rule: dict[str, Any] | None) -> None:
    assert fires(rule, KNOWN) is False


def test_a_finding_carries_the_numbers_it_saw() -> None:
    rule = {"when": [{"instrument": "gad-7", "above": "phq-9"}, {"entries": "s1", "at_least": 4}]}

    assert [(one.holds, one.seen, one.other) for one in findings(rule, KNOWN)] == [
        (True, 9, 8),
        (False, 3, None),
    ]


def test_a_rule_tells_which_steps_and_instruments_it_needs() -> None:
    rule = {
        "when": [{"step": "s1", "field": "f", "equals": "x"}, {"entries": "s2", "at_most": 1}, TABLE[7][0]]
    }

    assert steps_in(rule) == ["s1", "s2"]
    assert instruments_in(rule) == ["gad-7", "phq-9"]


@given(st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))
def test_a_span_holds_for_the_scores_in_it_and_no_others(score: int, least: int, most: int) -> None:
    rule = {"when": [{"instrument": "isi", "at_least": least, "at_most": most}]}

    assert fires(rule, Known(scores={"isi": score})) == (least <= score <= most)


@given(st.sampled_from([case[0] for case in TABLE if "entries" not in case[0]]))
def test_what_nobody_has_answered_holds_for_nobody(condition: dict[str, Any]) -> None:
    assert not fires({"when": [condition]}, Known())
