"""What upstream changed is told apart from what is one's own, and only what is chosen is taken."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from programs.three_way import GONE, adopted, differences, digest

Document = dict[str, Any]


def step(key: str, words: str) -> Document:
    return {"key": key, "title": key.upper(), "blocks": [{"type": "text", "html": f"<p>{words}</p>"}]}


def module(key: str, *steps: Document, goal: str = "Mål.") -> Document:
    unlock = {"release": "start", "min_days": 5, "requires": []}
    return {"key": key, "title": key.upper(), "goal": goal, "unlock": unlock, "steps": list(steps)}


BASE = [module("m1", step("a", "ett"), step("b", "två")), module("m2", step("c", "tre"))]


def found(theirs: list[Document], mine: list[Document], **seen: str) -> list[tuple[str, str, bool]]:
    told = differences(BASE, theirs, mine, {f"step:{key}": sha256 for key, sha256 in seen.items()})
    return [(one.name, one.state, one.is_conflict) for one in told]


def changed(modules: list[Document], place: tuple[int, int], words: str) -> list[Document]:
    copy = deepcopy(modules)
    number, index = place
    copy[number]["steps"][index] = step(copy[number]["steps"][index]["key"], words)
    return copy


def test_nothing_is_open_where_upstream_changed_nothing() -> None:
    assert found(BASE, changed(BASE, (0, 0), "eget")) == []


def test_a_change_upstream_is_open_and_no_conflict_where_mine_is_as_it_was() -> None:
    assert found(changed(BASE, (0, 1), "nytt"), BASE) == [("step:b", "changed", False)]


def test_a_change_on_both_sides_is_a_conflict_unless_both_say_the_same() -> None:
    theirs = changed(BASE, (0, 1), "nytt")

    assert found(theirs, changed(BASE, (0, 1), "eget")) == [("step:b", "changed", True)]
    assert found(theirs, deepcopy(theirs)) == []


def test_what_was_decided_is_not_shown_again_until_it_changes_again() -> None:
    theirs = changed(BASE, (0, 1), "nytt")
    decided = digest(theirs[0]["steps"][1])

    assert found(theirs, BASE, b=decided) == []
    assert found(changed(BASE, (0, 1), "nyare"), BASE, b=decided) == [("step:b", "changed", False)]


def test_new_gone_and_other_frames_are_open_too() -> None:
    theirs = [
        module("m1", step("a", "ett"), step("x", "ny"), goal="Annat mål."),
        module("m2", step("c", "tre")),
    ]

    assert found(theirs, BASE) == [
        ("module:m1", "changed", False),
        ("step:x", "new", False),
        ("step:b", "gone", False),
    ]
    assert found(theirs, BASE, b=GONE)[-1][0] == "step:x"


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ({"step:x"}, [("m1", ["a", "x", "b"]), ("m2", ["c"])]),
        ({"step:b"}, [("m1", ["a"]), ("m2", ["c"])]),
        ({"module:m3", "step:d"}, [("m1", ["a", "b"]), ("m3", ["d"]), ("m2", ["c"])]),
        ({"step:d"}, [("m1", ["a", "b"]), ("m3", ["d"]), ("m2", ["c"])]),
        ({"step:c", "module:m2"}, [("m1", ["a", "b"])]),
        (set(), [("m1", ["a", "b"]), ("m2", ["c"])]),
    ],
    ids=["new step", "gone step", "new module", "step of a new module", "gone module", "nothing"],
)
def test_only_what_is_chosen_is_taken(names: set[str], expected: list[tuple[str, list[str]]]) -> None:
    theirs = [module("m1", step("a", "ett"), step("x", "ny")), module("m3", step("d", "fyra"))]

    taken = adopted(BASE, theirs, names)

    assert [(one["key"], [part["key"] for part in one["steps"]]) for one in taken] == expected
    assert [part["key"] for part in BASE[0]["steps"]] == ["a", "b"], "one's own is not changed in place"


def test_the_difference_is_told_word_by_word() -> None:
    theirs = changed(BASE, (0, 0), "gå ut en timme")

    [told] = differences(BASE, theirs, changed(BASE, (0, 0), "gå ut en stund"), {})

    assert [(one.mark, one.text.strip()) for one in told.stretches] == [
        ("same", "A\ngå ut en"),
        ("removed", "stund"),
        ("added", "timme"),
    ]
