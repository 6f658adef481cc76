"""A patient's own path: which modules are hers, what a step is for her, what a module asks of her."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.tailoring.conditions import Known
from programs.tailoring.path import (
    Decided,
    Seen,
    choices_before,
    closed_of,
    guards_of,
    is_asked,
    is_next,
    is_tailored,
    offers_of,
    open_choices,
    path_of,
    place_of,
    requires_of,
    seen,
    taken_of,
)

Document = dict[str, Any]
NOTHING = Decided()
SLEEPLESS = {"when": [{"instrument": "isi", "at_least": 15}]}
BAD_SLEEP = Known(scores={"isi": 17})


def module(
    key: str, *, release: str = "therapist", steps: list[Document] | None = None, **unlock: object
) -> Document:
    return {
        "key": key,
        "title": key,
        "steps": steps or [],
        "unlock": {"release": release, "min_days": 5, "requires": [], **unlock},
    }


def offer(key: str, does: str, **more: object) -> Document:
    return {"key": key, "does": does, "who": "therapist", **SLEEPLESS, **more}


def program(*modules: Document, **more: object) -> Document:
    return {"modules": list(modules), **more}


def keys(path: Iterable[Mapping[str, Any]]) -> list[str]:
    return [each["key"] for each in path]


ONE, TWO, THREE = module("m1", release="start"), module("m2"), module("m3")
PLAIN = program(ONE, TWO, THREE)


def test_without_tailoring_the_path_is_the_program() -> None:
    assert keys(path_of(PLAIN, Decided())) == ["m1", "m2", "m3"]


def test_a_module_that_is_only_offered_is_in_nobodys_path() -> None:
    outline = program(ONE, module("x", release="offer", offers=[offer("o", "early")]), THREE)

    assert keys(path_of(outline, Decided())) == ["m1", "m3"]
    assert keys(path_of(outline, Decided(accepted=frozenset({"x/o"})))) == ["m1", "x", "m3"]


def test_a_skipped_module_leaves_the_path() -> None:
    outline = program(ONE, module("m2", offers=[offer("o", "skip")]), THREE)

    assert keys(path_of(outline, Decided(accepted=frozenset({"m2/o"})))) == ["m1", "m3"]


def test_a_replacing_module_stands_where_the_other_stood() -> None:
    outline = program(
        ONE, module("m2", offers=[offer("o", "replace", instead="x")]), THREE, module("x", release="offer")
    )

    assert keys(path_of(outline, Decided(accepted=frozenset({"m2/o"})))) == ["m1", "x", "m3"]
    assert keys(path_of(outline, Decided(accepted=frozenset({"m2/o"})), opened={"m1", "x"})) == [
        "m1",
        "x",
        "m3",
    ]


def test_a_module_that_was_opened_is_never_taken_away() -> None:
    outline = program(ONE, module("m2", offers=[offer("o", "skip")]), THREE)

    assert keys(path_of(outline, Decided(accepted=frozenset({"m2/o"})), opened={"m1", "m2"})) == [
        "m1",
        "m2",
        "m3",
    ]


CHOOSE = [
    {
        "key": "c",
        "title": "Välj",
        "least": 1,
        "most": 1,
        "options": [
            {"key": "a", "title": "A", "modules": ["m2"], "steps": ["s1"]},
            {"key": "b", "title": "B", "modules": ["m3"], "steps": ["s2"]},
        ],
    }
]


def test_only_chosen_modules_of_a_choice_are_in_the_path() -> None:
    outline = program(ONE, TWO, THREE, choices=CHOOSE)

    assert keys(path_of(outline, Decided())) == ["m1"]
    assert keys(path_of(outline, Decided(chosen={"c": ["b"]}))) == ["m1", "m3"]


def test_a_choice_is_open_until_enough_is_chosen() -> None:
    assert open_choices(CHOOSE, Decided()) == CHOOSE
    assert open_choices(CHOOSE, Decided(chosen={"c": ["a"]})) == []


def test_a_module_she_chose_away_stays_open_beside_her_path() -> None:
    outline = program(ONE, TWO, THREE, choices=CHOOSE)

    assert keys(path_of(outline, Decided(chosen={"c": ["b"]}), opened={"m1", "m2"})) == ["m1", "m3"]


def test_a_choice_among_modules_comes_before_what_stands_after_its_first_one() -> None:
    outline = program(ONE, TWO, THREE, module("m4"), choices=CHOOSE)

    assert choices_before(outline, "m1", Decided()) == []
    assert choices_before(outline, "m4", Decided()) == CHOOSE
    assert choices_before(outline, "m4", Decided(chosen={"c": ["a"]})) == []


def test_a_replacing_module_has_the_place_of_the_one_it_replaces() -> None:
    outline = program(
        ONE, module("m2", offers=[offer("o", "replace", instead="x")]), THREE, module("x", release="offer")
    )

    assert place_of(outline, "x", Decided()) == 4
    assert place_of(outline, "x", Decided(accepted=frozenset({"m2/o"}))) == 2


def test_a_plain_program_asks_nothing_about_her() -> None:
    assert not is_tailored(PLAIN)
    assert is_tailored(program(ONE, choices=CHOOSE))
    assert is_tailored(program(ONE, subtypes=[{"key": "wash", "title": "Tvätt"}]))
    assert is_tailored(program(ONE, module("m2", hold=SLEEPLESS)))


STEP = {"key": "s1"}
STEPS: list[tuple[str, Document, Decided, Known, set[str], Seen]] = [
    ("plain", STEP, Decided(), Known(), set(), Seen.ORDINARY),
    ("other subtype", {**STEP, "only_for": ["wash"]}, Decided(), Known(), set(), Seen.HIDDEN),
    (
        "subtype",
        {**STEP, "only_for": ["wash"]},
        Decided(subtypes=frozenset({"wash"})),
        Known(),
        set(),
        Seen.ORDINARY,
    ),
    ("written in", {**STEP, "only_for": ["wash"]}, Decided(), Known(), {"s1"}, Seen.OPTIONAL),
    (
        "score",
        {**STEP, "show": {**SLEEPLESS, "otherwise": "hidden"}},
        Decided(),
        BAD_SLEEP,
        set(),
        Seen.ORDINARY,
    ),
    (
        "no score",
        {**STEP, "show": {**SLEEPLESS, "otherwise": "hidden"}},
        Decided(),
        Known(),
        set(),
        Seen.HIDDEN,
    ),
    (
        "optional",
        {**STEP, "show": {**SLEEPLESS, "otherwise": "optional"}},
        Decided(),
        Known(),
        set(),
        Seen.OPTIONAL,
    ),
]


@pytest.mark.parametrize(
    ("step", "decided", "known", "worked_on", "what"), [c[1:] for c in STEPS], ids=[c[0] for c in STEPS]
)
def test_what_a_step_is_for_her(
    step: Document, decided: Decided, known: Known, worked_on: set[str], what: Seen
) -> None:
    assert seen(module("m", steps=[step]), step, decided, known, worked_on) is what


def test_a_module_asks_nothing_of_steps_that_are_hidden_optional_or_not_chosen() -> None:
    steps: list[Document] = [
        {"key": "s0"},
        {"key": "s1"},
        {"key": "s2"},
        {"key": "s3", "show": {**SLEEPLESS, "otherwise": "optional"}},
        {"key": "s4", "only_for": ["wash"]},
    ]
    one = {
        **module("m", steps=steps, requires=[{"step": s["key"], "count": 2} for s in steps]),
        "choices": CHOOSE,
    }
    decided = Decided(chosen={"c": ["a"]})

    # What she began in s2 before she changed her mind is kept, and not asked for.
    asked = is_asked(one, decided, Known(), {"s2"})

    assert [rule["step"] for rule in requires_of(one, asked)] == ["s0", "s1"]
    assert seen(one, steps[2], decided, Known(), {"s2"}) is Seen.OPTIONAL


def names(
    outline: Document, decided: Decided = NOTHING, known: Known = BAD_SLEEP, **sets: set[str]
) -> list[str]:
    opened, handed_in = sets.get("opened", set()), sets.get("handed_in", set())
    path = path_of(outline, decided, opened)
    found = offers_of(outline, path, decided, known, opened=opened, handed_in=handed_in)
    return [each.name for each in found]


EARLY = program(ONE, TWO, module("m3", offers=[offer("o", "early", after=["m1"])]))


def test_an_offer_comes_when_its_conditions_hold_and_its_modules_are_handed_in() -> None:
    assert names(EARLY, handed_in={"m1"}) == ["m3/o"]
    assert names(EARLY) == []
    assert names(EARLY, known=Known(), handed_in={"m1"}) == []


def test_nothing_is_offered_of_a_module_that_is_open_or_of_an_offer_that_was_taken() -> None:
    assert names(EARLY, opened={"m3"}, handed_in={"m1"}) == []
    assert names(EARLY, Decided(accepted=frozenset({"m3/o"})), handed_in={"m1"}) == []


@pytest.mark.parametrize(
    ("does", "opened", "found"),
    [
        ("skip", {"m1"}, ["m3/o"]),
        ("replace", {"m1"}, ["m3/o"]),
        ("replace", {"m1", "m2"}, []),
        ("skip", {"m3"}, []),
        ("early", {"m1"}, []),
    ],
)
def test_what_was_taken_can_be_taken_back_as_long_as_nothing_of_it_is_open(
    does: str, opened: set[str], found: list[str]
) -> None:
    more = {"instead": "m2"} if does == "replace" else {}
    outline = program(ONE, TWO, module("m3", offers=[offer("o", does, **more)]))

    taken = taken_of(outline, Decided(accepted=frozenset({"m3/o"})), opened=opened)

    assert [one.name for one in taken] == found
    assert taken_of(outline, Decided(), opened=opened) == []


def test_a_declined_offer_can_be_taken_up_again() -> None:
    assert names(EARLY, Decided(declined=frozenset({"m3/o"})), handed_in={"m1"}) == ["m3/o"]


def test_a_module_comes_after_the_one_before_it_in_her_path() -> None:
    outline = program(ONE, module("m2", offers=[offer("o", "skip")]), THREE)
    path = path_of(outline, Decided(accepted=frozenset({"m2/o"})))

    assert keys(guards_of(path, "m3")) == ["m1"]
    assert guards_of(path, "m1") == []


def test_a_module_comes_after_those_it_names_as_far_as_they_are_in_her_path() -> None:
    outline = program(
        ONE,
        module("m2", offers=[offer("o", "skip")]),
        module("m3", after=["m1", "m2"]),
        module("m4", after=["m2"]),
    )

    assert keys(guards_of(path_of(outline, Decided()), "m3")) == ["m1", "m2"]
    left = path_of(outline, Decided(accepted=frozenset({"m2/o"})))
    assert keys(guards_of(left, "m3")) == ["m1"]
    # It names only what she has left: then the one before it guards it.
    assert keys(guards_of(left, "m4")) == ["m3"]


def test_it_is_the_turn_of_the_first_closed_one_and_of_those_that_name_what_they_come_after() -> None:
    path = path_of(program(ONE, TWO, THREE, module("m4", after=["m1"])), Decided())

    assert [key for key in ("m2", "m3", "m4") if is_next(path, key, {"m1"})] == ["m2", "m4"]
    assert keys(closed_of(path, {"m1", "m3"})) == ["m2", "m4"]


MODULES = st.lists(
    st.tuples(
        st.sampled_from(["therapist", "auto", "offer"]),
        st.sampled_from(["early", "skip", "replace", None]),
        st.integers(0, 5),
    ),
    max_size=6,
)


@given(MODULES, st.sets(st.integers(0, 6)), st.sets(st.integers(0, 6)))
def test_whatever_is_decided_a_path_has_each_module_once_and_every_opened_one(
    drawn: list[tuple[str, str | None, int]], taken: set[int], begun: set[int]
) -> None:
    made = [
        module(f"m{n}", release=release, offers=[offer("o", does, instead=f"m{other}")] if does else [])
        for n, (release, does, other) in enumerate(drawn)
    ]
    opened = {f"m{n}" for n in begun if n < len(made)}
    decided = Decided(accepted=frozenset(f"m{n}/o" for n in taken))

    found = keys(path_of(program(*made), decided, opened))

    assert len(found) == len(set(found))
    assert opened <= set(found)
    assert set(found) <= {one["key"] for one in made}
    # Every module but the first is guarded by another one of the path.
    assert all(guards_of(path_of(program(*made), decided, opened), key) for key in found[1:])
