"""What stands between a patient and a module: each condition alone, and what no rule can ever do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.treatments.unlocking import Guard, Situation, Unmet, unmet, unmet_alone

AT = datetime(2026, 11, 20, 12, tzinfo=UTC)
DONE = Guard("m01", [{"step": "s1", "count": 2}], 5, AT - timedelta(days=6), handed_in=True)
READY = Situation(
    guards=[DONE],
    entries={"s1": 2},
    weekly_overdue_ok=True,
    high_alert_open=False,
    open_modules=1,
    max_open_modules=2,
)
ONE_BY_ONE = [
    (replace(READY, guards=[replace(DONE, handed_in=False)]), Unmet.NOT_HANDED_IN),
    (replace(READY, guards=[DONE, replace(DONE, opened_at=None, handed_in=False)]), Unmet.NOT_HANDED_IN),
    (replace(READY, entries={"s1": 1}), Unmet.EXERCISE_MISSING),
    (replace(READY, entries={}), Unmet.EXERCISE_MISSING),
    (replace(READY, guards=[replace(DONE, opened_at=AT - timedelta(days=4))]), Unmet.TOO_EARLY),
    (replace(READY, weekly_overdue_ok=False), Unmet.WEEKLY_UNANSWERED),
    (replace(READY, high_alert_open=True), Unmet.RISK_OPEN),
    (replace(READY, open_modules=2), Unmet.TOO_MANY_OPEN),
    (replace(READY, in_turn=False), Unmet.OUT_OF_ORDER),
    (replace(READY, choices_open=["c"]), Unmet.CHOICE_OPEN),
    (replace(READY, held=""), Unmet.HELD),
]


def test_when_all_holds_the_rule_allows_it() -> None:
    assert unmet(READY, at=AT) == []
    assert unmet_alone(READY, at=AT) == []


@pytest.mark.parametrize(
    ("situation", "kind"), ONE_BY_ONE, ids=[str(kind) for _situation, kind in ONE_BY_ONE]
)
def test_each_condition_alone_keeps_it_closed(situation: Situation, kind: Unmet) -> None:
    assert [one.kind for one in unmet(situation, at=AT)] == [kind]


def test_what_a_module_does_not_ask_of_her_is_not_missing() -> None:
    assert unmet(replace(READY, guards=[replace(DONE, requires=[])], entries={}), at=AT) == []


@pytest.mark.parametrize(
    ("situation", "kind"),
    [
        (replace(READY, any_alert_open=True), Unmet.ALERT_OPEN),
        (replace(READY, is_worse=True), Unmet.WORSE),
    ],
)
def test_without_a_therapist_any_alert_and_a_worse_score_keep_it_closed(
    situation: Situation, kind: Unmet
) -> None:
    assert unmet(situation, at=AT) == []
    assert [one.kind for one in unmet_alone(situation, at=AT)] == [kind]


GUARDS = st.lists(
    st.builds(
        Guard,
        module=st.sampled_from(["m01", "m02"]),
        requires=st.lists(
            st.fixed_dictionaries({"step": st.sampled_from(["s1", "s2"]), "count": st.integers(1, 5)}),
            max_size=3,
        ),
        min_days=st.integers(0, 14),
        opened_at=st.none() | st.integers(0, 20).map(lambda days: AT - timedelta(days=days)),
        handed_in=st.booleans(),
    ),
    max_size=3,
)
SITUATIONS = st.builds(
    Situation,
    guards=GUARDS,
    entries=st.dictionaries(st.sampled_from(["s1", "s2"]), st.integers(0, 6)),
    weekly_overdue_ok=st.booleans(),
    high_alert_open=st.booleans(),
    open_modules=st.integers(0, 4),
    max_open_modules=st.integers(1, 3),
    in_turn=st.booleans(),
    choices_open=st.lists(st.just("c"), max_size=1),
    held=st.none() | st.just(""),
    any_alert_open=st.booleans(),
    is_worse=st.booleans(),
)


@given(SITUATIONS)
def test_nothing_opens_by_rule_unless_every_guard_stands_open_handed_in_and_done(
    situation: Situation,
) -> None:
    if unmet(situation, at=AT):
        return
    for guard in situation.guards:
        assert guard.handed_in
        assert all(situation.entries.get(rule["step"], 0) >= rule["count"] for rule in guard.requires)
    assert situation.open_modules < situation.max_open_modules


@given(SITUATIONS)
def test_an_open_high_alert_always_keeps_it_closed(situation: Situation) -> None:
    risky = replace(situation, high_alert_open=True)

    assert Unmet.RISK_OPEN in {one.kind for one in unmet(risky, at=AT)}
    assert unmet_alone(risky, at=AT)


@given(SITUATIONS)
def test_alone_a_rule_never_allows_what_it_does_not_allow_a_therapist(situation: Situation) -> None:
    alone = unmet_alone(situation, at=AT)

    assert unmet(situation, at=AT) == [
        one for one in alone if one.kind not in {Unmet.ALERT_OPEN, Unmet.WORSE}
    ]
    if situation.any_alert_open or situation.is_worse:
        assert alone
