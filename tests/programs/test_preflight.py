"""Preflight says in plain words what stops a version."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace

import pytest

from measurements.instrument import Wording
from measurements.registry import shipped
from programs.freezing import FreshModule, FrozenProgram
from programs.preflight import problems_of
from tests.programs.conftest import FIRST, PROGRAM, SECOND, Document

Change = Callable[[Document, Document], object]


def frozen(first: Document, second: Document, program: Document = PROGRAM) -> FrozenProgram:
    modules = []
    for document in (first, second):
        for step in document["steps"]:
            step.setdefault("minutes", 2)
        modules.append(FreshModule(document, {}))
    return FrozenProgram(program, {}, tuple(modules), "0" * 64)


def step(module: Document, number: int = 0) -> Document:
    found: Document = module["steps"][number]
    return found


def media(kind: str, **parts: object) -> Document:
    empty = {"alt": "", "caption": "", "transcript": "", "captions": None, "captions_type": None}
    types = {"image": "image/png", "audio": "audio/mpeg", "video": "video/mp4"}
    return {"type": kind, "file": "a" * 64, "media_type": types[kind], **empty, **parts}


STOPPED: list[tuple[str, Change, str]] = [
    ("double step key", lambda a, b: step(b).update(key="m01-s01"), "more than one place"),
    ("double module key", lambda a, b: b.update(key="m01"), "more than one place"),
    ("bad key", lambda a, b: step(b).update(key="M 01"), "small letters"),
    ("empty step", lambda a, b: step(b).update(blocks=[]), "step is empty"),
    ("no steps", lambda a, b: b.update(steps=[]), "no step"),
    ("two exercises", lambda a, b: step(b)["blocks"].append(step(b)["blocks"][0]), "more than one exercise"),
    ("unknown exercise", lambda a, b: step(b)["blocks"][0].update(exercise="hypnosis"), "hypnosis"),
    ("continues nowhere", lambda a, b: step(b)["blocks"][0].update(continues="m09-s09"), "m09-s09"),
    ("continues another", lambda a, b: step(b)["blocks"][0].update(exercise="goal_setting"), "m01-s02"),
    (
        "required field left out",
        lambda a, b: step(b)["blocks"][0].update(fields=["date"]),
        "can't do without",
    ),
    ("unknown field", lambda a, b: step(b)["blocks"][0].update(fields=["colour"]), "no field called colour"),
    (
        "no explanation",
        lambda a, b: step(a)["blocks"][2]["options"][0].update(explanation=" "),
        "explanation",
    ),
    ("no alt text", lambda a, b: step(a)["blocks"].append(media("image")), "alternative text"),
    ("no transcript", lambda a, b: step(a)["blocks"].append(media("audio")), "transcript"),
    ("no captions", lambda a, b: step(a)["blocks"].append(media("video", transcript="Hej.")), "captions"),
    (
        "poster of another kind",
        lambda a, b: step(a)["blocks"].append(
            media("video", captions_type="text/vtt", transcript="Hej.", poster="b" * 64, poster_type=None)
        ),
        "before the film plays",
    ),
    (
        "no file",
        lambda a, b: step(a)["blocks"].append(media("image", alt="x", file="", media_type=None)),
        "gone",
    ),
    (
        "other kind",
        lambda a, b: step(a)["blocks"].append(media("image", alt="x", media_type="text/vtt")),
        "kind",
    ),
    ("surrogate", lambda a, b: step(a).update(title="\ud800"), "can't be stored"),
    ("empty text", lambda a, b: step(a)["blocks"][0].update(html=" "), "text block is empty"),
    ("10,000 steps", lambda a, b: b.update(steps=[step(b)] * 10_000), "more than 60 steps"),
]


@pytest.mark.parametrize(
    ("change", "words"), [part[1:] for part in STOPPED], ids=[part[0] for part in STOPPED]
)
@pytest.mark.usefixtures("english")
def test_it_stops_publishing(change: Change, words: str) -> None:
    first, second = deepcopy(FIRST), deepcopy(SECOND)
    change(first, second)

    stopping = [str(problem) for problem in problems_of(frozen(first, second)) if problem.stops]

    assert any(words in said for said in stopping), stopping


def test_a_fit_program_is_let_through() -> None:
    assert problems_of(frozen(deepcopy(FIRST), deepcopy(SECOND))) == []


@pytest.mark.usefixtures("english")
def test_an_instrument_that_nobody_knows_stops() -> None:
    program = {**PROGRAM, "measures": [{"instrument": "horoscope", "when": "weekly"}]}

    found = problems_of(replace(frozen(deepcopy(FIRST), deepcopy(SECOND)), program=program))

    assert [(problem.stops, "horoscope" in str(problem.words)) for problem in found] == [(True, True)]


@pytest.mark.usefixtures("english")
def test_an_instrument_without_swedish_wording_stops_a_swedish_program() -> None:
    program = {**PROGRAM, "measures": [{"instrument": "who-5", "when": "weekly"}]}

    found = problems_of(replace(frozen(deepcopy(FIRST), deepcopy(SECOND)), program=program))

    assert any("no wording" in str(problem.words) for problem in found if problem.stops)


@pytest.mark.usefixtures("english")
def test_an_instrument_on_permission_is_a_remark_that_says_what_is_active_on_the_unit() -> None:
    measures = [{"instrument": slug, "when": "weekly"} for slug in ("isi", "phq-9")]
    sheet = replace(frozen(deepcopy(FIRST), deepcopy(SECOND)), program={**PROGRAM, "measures": measures})
    brought = replace(shipped()["isi"], languages={"sv": Wording("Avtal", verified=True)})

    found = problems_of(sheet)

    assert [(problem.stops, str(problem.words)) for problem in found] == [
        (
            False,
            "Asked at the unit: PHQ-9. Not asked, since the unit has brought no wording for it: ISI.",
        )
    ]
    assert problems_of(sheet, {**shipped(), "isi": brought}) == []


@pytest.mark.parametrize(("sentence_words", "is_very_hard"), [(12, False), (60, True)])
def test_a_hard_text_warns_and_a_very_hard_one_needs_a_name(sentence_words: int, is_very_hard: bool) -> None:
    first = deepcopy(FIRST)
    # Every fourth word is long: LIX is the sentence's words plus 25.
    words = " ".join("behandling" if number % 4 == 0 else "ord" for number in range(sentence_words))
    first["steps"][0]["blocks"] = [{"type": "text", "html": f"<p>{words}.</p>" * 20}]

    found = [one for one in problems_of(frozen(first, deepcopy(SECOND))) if "LIX" in str(one.words)]

    of_module, of_step = (
        [(one.stops, one.needs_sign_off) for one in found if (key in one.place)]
        for key in ("(m01)", "(m01-s01)")
    )
    assert of_module == [(False, is_very_hard)]
    assert of_step == [(False, False)] * is_very_hard


def test_a_hard_step_does_not_hide_in_an_easy_module() -> None:
    first = deepcopy(FIRST)
    hard, easy = " ".join(["behandlingen"] * 90), "Du går ut. " * 300
    first["steps"][0]["blocks"] = [{"type": "text", "html": f"<p>{hard}.</p>"}]
    first["steps"][1]["blocks"].append({"type": "text", "html": f"<p>{easy}</p>"})

    found = [one for one in problems_of(frozen(first, deepcopy(SECOND))) if "LIX" in str(one.words)]

    assert [one.place for one in found] == ["Välkommen (m01-s01)"]


@pytest.mark.parametrize(("words", "is_long"), [(350, False), (600, True)])
def test_a_module_is_long_by_what_one_patient_reads(words: int, is_long: bool) -> None:
    first = deepcopy(FIRST)
    text = {"type": "text", "html": f"<p>{'Du går ut. ' * (words // 3)}</p>"}
    for place, kinds in enumerate(([], ["washing"], ["checking"], ["washing", "checking"])):
        only = {"only_for": kinds} if kinds else {}
        first["steps"].append(
            {"key": f"m01-s1{place}", "title": "Läs", "minutes": 2, "blocks": [text], **only}
        )
    subtypes = [{"key": kind, "title": kind} for kind in ("washing", "checking")]

    found = problems_of(frozen(first, deepcopy(SECOND), {**PROGRAM, "subtypes": subtypes}))

    assert [one for one in found if one.stops] == []
    assert any("long" in str(one.words) or "lång" in str(one.words) for one in found) is is_long
