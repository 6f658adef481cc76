"""Where a closed module may be moved: never before what is open, before what it needs, or after what needs it."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from programs.tailoring.ordering import needed_before, places_for
from programs.tailoring.path import Decided, ordered, path_of, place_of


def module(key: str, **unlock: Any) -> dict[str, Any]:
    return {"key": key, "unlock": {"release": "therapist", **unlock}, "steps": [{"key": f"{key}-s1"}]}


def outline(*modules: dict[str, Any]) -> dict[str, Any]:
    return {"modules": list(modules)}


PLAIN = outline(*(module(f"m{number}") for number in range(1, 6)))


def test_a_closed_module_may_stand_after_the_last_open_one_or_any_closed_one() -> None:
    assert places_for(PLAIN, PLAIN["modules"], "m4", {"m1", "m2"}) == {
        "m2": ["m1", "m2", "m4", "m3", "m5"],
        "m5": ["m1", "m2", "m3", "m5", "m4"],
    }


def test_an_open_module_and_one_that_is_not_in_her_path_go_nowhere() -> None:
    assert places_for(PLAIN, PLAIN["modules"], "m1", {"m1"}) == {}
    assert places_for(PLAIN, PLAIN["modules"][:3], "m5", {"m1"}) == {}


def test_it_stays_behind_what_it_names_and_before_what_names_it() -> None:
    program = outline(module("m1"), module("m2"), module("m3"), module("m4", after=["m3"]), module("m5"))

    assert list(places_for(program, program["modules"], "m4", {"m1"})) == ["m5"]
    assert list(places_for(program, program["modules"], "m3", {"m1"})) == ["m1"]


def test_it_stays_behind_the_answers_that_its_rules_look_at() -> None:
    hold = {"when": [{"step": "m2-s1", "field": "number", "at_most": 4}]}
    offers = [{"key": "x", "does": "early", "after": ["m1"], "when": [{"entries": "m3-s1", "at_most": 0}]}]

    assert needed_before(PLAIN, module("m5", hold=hold, offers=offers)) == {"m1", "m2", "m3"}


def test_the_order_gives_path_and_place_and_what_it_does_not_name_stays_behind_its_neighbour() -> None:
    decided = Decided(order=["m1", "m4", "m2", "m3"])

    assert [one["key"] for one in path_of(PLAIN, decided)] == ["m1", "m4", "m5", "m2", "m3"]
    assert place_of(PLAIN, "m4", decided) == 2


def test_what_is_left_out_is_in_her_path_only_if_it_was_open() -> None:
    decided = Decided(left_out=frozenset({"m2", "m3"}))

    assert [one["key"] for one in path_of(PLAIN, decided, {"m1", "m2"})] == ["m1", "m2", "m4", "m5"]


@given(st.lists(st.integers(0, 9), unique=True), st.lists(st.integers(0, 12), unique=True))
def test_no_order_loses_a_module_or_makes_one_up(keys: list[int], order: list[int]) -> None:
    found = ordered([str(key) for key in keys], [str(key) for key in order])

    assert sorted(found) == sorted(str(key) for key in keys)


@given(
    st.permutations(["m1", "m2", "m3", "m4", "m5"]), st.sets(st.sampled_from(["m1", "m2", "m3", "m4", "m5"]))
)
def test_no_move_puts_a_module_before_one_that_is_open(order: list[str], opened: set[str]) -> None:
    path = path_of(PLAIN, Decided(order=order), opened)

    for key in order:
        for moved in places_for(PLAIN, path, key, opened).values():
            assert sorted(moved) == sorted(order)
            assert not opened & set(moved[moved.index(key) :])
