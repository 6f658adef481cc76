"""What is of few is hidden, and nobody finds it by subtraction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from measurements.outcomes.figures import (
    Effect,
    GroupFigures,
    InstrumentFigures,
    Model,
    ModelWave,
    PairFigures,
    Report,
    Share,
    Spread,
    Wave,
)
from measurements.outcomes.hiding import Hidden, hidden, hidden_places

counts = st.lists(st.integers(0, 30), max_size=7)
limits = st.integers(1, 8)


def test_a_single_small_group_takes_the_next_smallest_with_it() -> None:
    assert hidden_places([40, 3, 12, 9]) == Hidden(frozenset({1, 3}), False)


def test_enough_is_hidden_for_the_hidden_to_be_large() -> None:
    assert hidden_places([1, 1, 40, 6]).places == {0, 1, 3}
    assert hidden_places([2, 3, 40]).places == {0, 1, 2}
    assert hidden_places([3, 3, 40]).places == {0, 1}


def test_nothing_small_hides_nothing_and_nobody_is_nobody() -> None:
    assert hidden_places([5, 0, 12]) == Hidden(frozenset(), False)
    assert hidden_places([]) == Hidden(frozenset(), False)


def test_where_every_place_is_not_enough_the_total_goes_too() -> None:
    assert hidden_places([3]) == Hidden(frozenset({0}), True)
    assert hidden_places([1, 1, 1]) == Hidden(frozenset({0, 1, 2}), True)
    assert hidden_places([2, 0]).total


def test_a_place_can_be_hidden_for_another_reason() -> None:
    assert hidden_places([40, 30, 20], also={0}) == Hidden(frozenset({0, 2}), False)


def test_negative_counts_are_refused() -> None:
    with pytest.raises(ValueError):
        hidden_places([3, -1])


@given(counts, limits)
def test_every_small_group_is_hidden_and_no_more_than_needed(groups: list[int], at_least: int) -> None:
    found = hidden_places(groups, at_least=at_least)
    small = {place for place, count in enumerate(groups) if 0 < count < at_least}

    assert small <= found.places
    assert bool(small) == bool(found.places)
    assert found.total <= bool(small)


@given(counts, limits)
def test_the_total_less_what_is_shown_is_no_small_group(groups: list[int], at_least: int) -> None:
    found = hidden_places(groups, at_least=at_least)
    left = sum(groups) - sum(count for place, count in enumerate(groups) if place not in found.places)

    if not found.total:
        assert left == 0 or left >= at_least


def completions(total: int, size: int) -> Iterator[tuple[int, ...]]:
    """Every way in which `size` groups of at least one person add to the total."""
    for head in product(range(1, total + 1), repeat=size - 1):
        if (rest := total - sum(head)) >= 1:
            yield (*head, rest)


@given(st.lists(st.integers(0, 9), max_size=4), st.integers(2, 5))
def test_what_is_shown_leaves_each_hidden_group_open(groups: list[int], at_least: int) -> None:
    """An attacker who solves for the hidden groups finds several answers for each, one of them not small."""
    found = hidden_places(groups, at_least=at_least)
    places = sorted(found.places)
    if not places or found.total:
        return
    left = sum(groups[place] for place in places)
    possible = list(completions(left, len(places)))

    assert tuple(groups[place] for place in places) in possible
    for at in range(len(places)):
        values = {one[at] for one in possible}
        assert len(values) >= 2
        assert max(values) >= at_least


def share(count: int, n: int) -> Share:
    return Share(count, n, count / n if n else None, (0, 1))


def group(name: str, n: int, *, ended: int) -> GroupFigures:
    """A group where `ended` of n have a score at the end."""
    model_waves = (ModelWave("pre", n, 15, 1), ModelWave("post", ended, 9, 1, 6, 1, (4, 8), 1.2))
    rates = {"response": {"all": share(2, n), "completers": share(2, ended), "worst_case": share(2, n)}}
    one = InstrumentFigures(
        "phq-9",
        n,
        (Wave("pre", 0, n, 1.0, 15, 4), Wave("post", 70, ended, ended / n if n else None, 9, 4)),
        rates,
        Model("intercept", True, n, n + ended, model_waves, 2, (3,)),
    )
    return GroupFigures(
        name, n, (one,), PairFigures("gad-7", n, ended, rates), share(ended, n), Spread(n, 10, (5, 20))
    )


def report(groups: Sequence[tuple[int, int]], at_least: int = 5) -> Report:
    """A report of groups given as (n, ended)."""
    sums = [sum(side) for side in zip(*groups, strict=True)] or [0, 0]
    rows = tuple(group(f"unit {place}", n, ended=ended) for place, (n, ended) in enumerate(groups))
    return Report("pre", "post", "group", at_least, group("", sums[0], ended=sums[1]), rows)


def test_a_small_group_shows_nothing_but_its_name() -> None:
    found = hidden(report([(40, 30), (3, 3), (12, 6)]))

    assert found.groups[1] == GroupFigures("unit 1", None)
    assert found.groups[2] == GroupFigures("unit 2", None)
    assert found.groups[0].persons == 40
    assert found.total.persons == 55


def test_a_wave_that_few_answered_is_hidden_in_its_group_and_one_more() -> None:
    found = hidden(report([(40, 30), (20, 2), (15, 9)]))
    posts = [one.instruments[0].waves[1] for one in found.groups]

    assert [wave.n for wave in posts] == [30, None, None]
    assert [(wave.mean, wave.share) for wave in posts[1:]] == [(None, None)] * 2
    assert [one.persons for one in found.groups] == [40, 20, 15]
    assert [one.instruments[0].model is None for one in found.groups] == [False, True, True]
    assert [one.instruments[0].rates["response"]["completers"].n for one in found.groups] == [30, None, None]


def test_all_is_hidden_where_it_differs_from_the_completers_by_few() -> None:
    found = hidden(report([(40, 30), (20, 18), (30, 12)]))
    rates = [one.instruments[0].rates["response"] for one in found.groups]

    assert [one["all"].n for one in rates] == [40, None, None]
    assert [one["completers"].n for one in rates] == [30, 18, 12]
    assert [one["worst_case"].n for one in rates] == [40, 20, 30]


def test_the_worst_case_is_hidden_where_few_completed() -> None:
    """Its count is of completers alone."""
    found = hidden(report([(40, 30), (30, 3), (20, 12)]))
    worst = [one.instruments[0].rates["response"]["worst_case"].n for one in found.groups]

    assert worst == [40, None, None]
    assert [one.instruments[0].rates["response"]["all"].n for one in found.groups] == [40, 30, 20]


def test_of_few_in_all_nothing_is_shown() -> None:
    found = hidden(report([(2, 2), (1, 1)]))

    assert found.total == GroupFigures("", None)
    assert [one.persons for one in found.groups] == [None, None]


def test_without_groups_the_total_still_hides_what_is_of_few() -> None:
    found = hidden(replace(report([(40, 3)]), groups=()))

    assert found.total.instruments[0].waves[1].n is None
    assert found.total.instruments[0].waves[0].n == 40


sizes = st.tuples(st.integers(0, 25), st.integers(0, 25)).map(lambda pair: (max(pair), min(pair)))


@given(st.lists(sizes, min_size=1, max_size=6), limits)
def test_no_figure_of_few_is_in_a_report(groups: list[tuple[int, int]], at_least: int) -> None:
    found = hidden(report(groups, at_least))

    for one in (found.total, *found.groups):
        numbers = [one.persons]
        for each in one.instruments:
            numbers += [each.started, *(wave.n for wave in each.waves)]
            numbers += [share.n for rates in each.rates.values() for share in rates.values()]
        if one.pair:
            numbers += [one.pair.started, one.pair.cases_at_start]
        assert not [n for n in numbers if n is not None and 0 < n < at_least]


@given(st.lists(sizes, min_size=1, max_size=6), limits)
def test_no_wave_follows_from_the_total_and_the_other_groups(
    groups: list[tuple[int, int]], at_least: int
) -> None:
    found = hidden(report(groups, at_least))
    if not found.total.instruments:
        return
    whole = found.total.instruments[0].waves[1].n
    shown = [one.instruments[0].waves[1].n if one.instruments else None for one in found.groups]
    missing = [ended for (_, ended), n in zip(groups, shown, strict=True) if n is None]

    if whole is not None and missing:
        left = whole - sum(n for n in shown if n is not None)
        assert len(missing) >= 2
        assert left - (len(missing) - 1) >= at_least


def test_an_effect_of_few_is_hidden_where_many_answered() -> None:
    whole = report([(40, 30), (40, 30)])
    effect = Effect(4, 1.0, 0.3, (0.4, 1.6), 0.5)
    one = whole.total.instruments[0]
    waves = (one.waves[0], replace(one.waves[1], effect=effect))
    total = replace(whole.total, instruments=(replace(one, waves=waves),))
    found = hidden(replace(whole, total=total)).total.instruments[0].waves[1]

    assert (found.n, found.effect) == (60, None)
