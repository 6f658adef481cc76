"""What preflight says of tailoring: each fault a sentence that names the place."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy

import pytest

from programs.block_checks import Problem
from programs.preflight import problems_of
from programs.tailoring.faults import Fault, faults
from tests.programs.conftest import FIRST, PROGRAM, SECOND
from tests.programs.tailoring.scenes import Document, text_step
from tests.programs.test_preflight import frozen

pytestmark = pytest.mark.usefixtures("english")
Change = Callable[[Document, Document, Document], object]


def found(change: Change) -> list[Problem]:
    program, first, second = deepcopy(PROGRAM), deepcopy(FIRST), deepcopy(SECOND)
    change(program, first, second)
    return problems_of(frozen(first, second, program))


def condition(**parts: object) -> Change:
    """The second module is held back on this condition."""
    return lambda p, a, b: b["unlock"].update(hold={"when": [parts]})


def offer(**parts: object) -> Change:
    usual = {
        "key": "o",
        "does": "early",
        "who": "therapist",
        "when": [{"instrument": "phq-9", "at_least": 5}],
    }
    return lambda p, a, b: b["unlock"].update(offers=[{**usual, **parts}])


def choice(**parts: object) -> Change:
    options = [
        {"key": "x", "title": "X", "steps": ["m01-s01"]},
        {"key": "y", "title": "Y", "steps": ["m01-s02"]},
    ]
    usual = {"key": "c", "title": "Välj", "least": 1, "most": 1, "options": options}
    return lambda p, a, b: a.update(choices=[{**usual, **parts}])


def shown(**parts: object) -> Change:
    return lambda p, a, b: a["steps"].append(
        text_step("m01-s09", show={"when": [parts], "otherwise": "hidden"})
    )


STOPPED: list[tuple[str, Change, str]] = [
    ("after nobody", lambda p, a, b: b["unlock"].update(after=["m09"]), "Fortsätt (m02): It opens after m09"),
    (
        "first after",
        lambda p, a, b: a["unlock"].update(after=["m02"]),
        "Börja (m01): The first module is open",
    ),
    (
        "itself",
        lambda p, a, b: b["unlock"].update(after=["m02"]),
        "(m02): It can never open: it waits for m02",
    ),
    (
        "circle",
        lambda p, a, b: a["unlock"].update(after=["m02"]),
        "(m02): It can never open: it waits for m01",
    ),
    ("unreachable", lambda p, a, b: b["unlock"].update(release="offer"), "(m02): Nobody can reach it"),
    (
        "first offered",
        lambda p, a, b: a["unlock"].update(release="offer"),
        "can't be one that is only offered",
    ),
    ("instead nobody", offer(does="replace", instead="m09"), "puts m09 in its place, which is no module"),
    ("instead nothing", offer(does="replace"), "puts – in its place"),
    ("instead ordinary", offer(does="replace", instead="m01"), "stands in everybody's path"),
    ("offer after nobody", offer(after=["m09"]), "(m02): It opens after m09"),
    ("offer after itself", offer(after=["m02"]), "(m02): The offer o can never be made"),
    (
        "offer after what it puts in",
        offer(does="replace", instead="m01", after=["m01"]),
        "(m02): The offer o can never be made",
    ),
    (
        "limit off the scale",
        condition(step="m01-s02", field="mood", at_least=11),
        "on mood can never hold",
    ),
    (
        "limit on words",
        condition(step="m01-s02", field="activity", at_least=1),
        "on activity can never hold",
    ),
    (
        "crossed limits of a field",
        condition(step="m01-s02", field="mood", at_least=6, at_most=3),
        "on mood can never hold",
    ),
    (
        "crossed numbers of entries",
        condition(entries="m01-s02", at_least=6, at_most=3),
        "on m01-s02 can never hold",
    ),
    ("instrument unknown", condition(instrument="mood-9", at_least=1), "mood-9, which there is none of"),
    ("instrument not asked", condition(instrument="who-5", at_least=1), "(m02): A condition looks at WHO-5"),
    (
        "compared not asked",
        condition(instrument="phq-9", above="who-5"),
        "WHO-5, which the program never asks",
    ),
    ("beyond", condition(instrument="phq-9", at_least=28), "on PHQ-9 can never hold"),
    ("crossed limits", condition(instrument="phq-9", at_least=9, at_most=3), "on PHQ-9 can never hold"),
    ("step unknown", condition(entries="m09-s01", at_least=1), "m09-s01, which the program does not have"),
    ("step later", condition(entries="m02-s01", at_least=1), "m02-s01, which comes later"),
    (
        "show on itself",
        shown(entries="m01-s09", at_least=1),
        "(m01-s09): A condition looks at the step m01-s09",
    ),
    ("no exercise", condition(entries="m01-s01", at_least=1), "m01-s01, which has no exercise"),
    ("no such field", condition(step="m01-s02", field="colour", equals="x"), "the field colour"),
    ("no such answer", condition(step="m01-s02", field="block", equals="midnight"), "the answer midnight"),
    ("unfinished", condition(instrument="phq-9"), "say from which value"),
    ("no condition", lambda p, a, b: b["unlock"].update(hold={"when": []}), "say from which value"),
    ("no subtype", lambda p, a, b: a["steps"][0].update(only_for=["washing"]), "(m01-s01): It is only for"),
    (
        "two subtypes",
        lambda p, a, b: p.update(subtypes=[{"key": "t", "title": "T"}] * 2),
        "The key t is given",
    ),
    ("too few options", choice(least=3, most=3), "“Välj” has fewer options"),
    ("least over most", choice(least=2, most=1), "“Välj” asks for more than may be chosen"),
    (
        "foreign step in a choice",
        lambda p, a, b: (choice()(p, a, b), a["choices"][0]["options"][0].update(steps=["m02-s01"])),
        "Börja (m01): A choice names m02-s01",
    ),
    (
        "step in two options",
        lambda p, a, b: (choice()(p, a, b), a["choices"][0]["options"][0].update(steps=["m01-s02"])),
        "m01-s02 stands in two options",
    ),
    (
        "a module for nobody",
        lambda p, a, b: (
            p.update(subtypes=[{"key": "t", "title": "T"}]),
            b["steps"][0].update(only_for=["t"]),
        ),
        "(m02): Every step is for some patients only",
    ),
]


@pytest.mark.parametrize(
    ("change", "words"), [case[1:] for case in STOPPED], ids=[case[0] for case in STOPPED]
)
def test_a_fault_in_tailoring_stops_the_version_in_a_sentence(change: Change, words: str) -> None:
    stopping = [str(problem) for problem in found(change) if problem.stops]

    assert any(words in problem for problem in stopping), stopping


FIT: list[tuple[str, Change]] = [
    ("after the first", lambda p, a, b: b["unlock"].update(after=["m01"], release="auto")),
    ("held on a score", condition(instrument="phq-9", at_least=15)),
    ("compared", condition(instrument="gad-7", above="phq-9")),
    ("held on an answer", condition(step="m01-s02", field="mood", at_most=3)),
    ("offered early", offer(after=["m01"])),
    ("only offered", lambda p, a, b: (offer()(p, a, b), b["unlock"].update(release="offer"))),
    ("chosen", choice()),
    ("held on the ends of a scale", condition(step="m01-s02", field="mood", at_least=0, at_most=10)),
    ("held on nothing written", condition(entries="m01-s02", at_most=0)),
    ("shown to some", shown(instrument="phq-9", at_least=10)),
]


@pytest.mark.parametrize("change", [case[1] for case in FIT], ids=[case[0] for case in FIT])
def test_sound_tailoring_stops_nothing(change: Change) -> None:
    assert [str(problem) for problem in found(change) if problem.stops] == []


def test_a_subtype_without_steps_is_only_advised_against() -> None:
    problems = found(lambda p, a, b: p.update(subtypes=[{"key": "t", "title": "T"}]))

    advised = [problem for problem in problems if "No step is for the subtype t" in str(problem)]
    assert len(advised) == 1
    assert not advised[0].stops


def test_a_longer_circle_names_each_module_in_it() -> None:
    program, first, second = deepcopy(PROGRAM), deepcopy(FIRST), deepcopy(SECOND)
    third = {**deepcopy(second), "key": "m03", "steps": [text_step("m03-s01")]}
    third["unlock"] = {"release": "therapist", "min_days": 0, "requires": []}
    second["unlock"]["after"] = ["m03"]

    circles = [one for one in faults(program, [first, second, third], {}) if one.fault is Fault.CIRCLE]

    assert [one.name for one in circles] == ["m03", "m02"]


def offered(key: str, after: list[str]) -> Document:
    """A module that only its offer brings, once these are handed in."""
    made = {"key": "o", "does": "early", "who": "therapist", "when": [{"instrument": "phq-9", "at_least": 5}]}
    unlock = {"release": "offer", "min_days": 0, "requires": [], "offers": [{**made, "after": after}]}
    return {**deepcopy(SECOND), "key": key, "unlock": unlock, "steps": [text_step(f"{key}-s01")]}


def test_modules_whose_offers_wait_for_each_other_can_never_be_reached() -> None:
    modules = [deepcopy(FIRST), offered("m02", ["m03"]), offered("m03", ["m02"])]

    found = faults(deepcopy(PROGRAM), modules, {})

    assert [(one.place[-4:-1], one.name) for one in found if one.fault is Fault.CIRCLE] == [
        ("m02", "m03"),
        ("m03", "m02"),
    ]


def test_one_offer_that_can_be_made_is_enough() -> None:
    modules = [deepcopy(FIRST), offered("m02", ["m03"]), offered("m03", ["m02"])]
    modules[1]["unlock"]["offers"].append({**modules[1]["unlock"]["offers"][0], "key": "p", "after": ["m01"]})

    assert Fault.CIRCLE not in {one.fault for one in faults(deepcopy(PROGRAM), modules, {})}
