"""What stops a version from being published, and what its authors should look at, in plain words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from measurements.instrument import Instrument
from measurements.plan_faults import Fault, faults
from measurements.registry import shipped
from programs.exercises.definitions import ExerciseDefinition, load_all
from programs.freezing import FrozenProgram, exercises_in
from programs.program_file import KEY, MAX_STEPS
from programs.reading_level import lix, running_text, word_count
from programs.shapes import UNSTORABLE

LIX_WARNS = 35
LIX_STOPS = 40
LONG_MODULE_WORDS = 1200
LONG_STEP_MINUTES = 15
MAX_MODULES = 40
# A program may name these for the units that hold the wording; others go without.
ON_PERMISSION = "ASK"

Document = Mapping[str, Any]
Words = str | Promise


@dataclass(frozen=True)
class Problem:
    """One finding: where, what, and whether it stops publishing."""

    place: str
    words: Words
    stops: bool = True

    def __str__(self) -> str:
        return f"{self.place}: {self.words}"


def problems_of(frozen: FrozenProgram, instruments: Mapping[str, Instrument] | None = None) -> list[Problem]:
    """All findings, those that stop publishing first; empty when the program is fit.

    `instruments`: as the unit has them, with its own wording; as shipped without.
    """
    documents = [module.document for module in frozen.modules]
    known = shipped() if instruments is None else instruments
    found = [*_program_problems(frozen, known), *_key_problems(documents), *_continuation_problems(documents)]
    for document in documents:
        found += _module_problems(document)
        for step in document["steps"]:
            found += _step_problems(step)
    return sorted(found, key=lambda problem: not problem.stops)


def _program_problems(frozen: FrozenProgram, known: Mapping[str, Instrument]) -> Iterator[Problem]:
    program, title = frozen.program, frozen.program["title"]
    if not frozen.modules:
        yield Problem(title, _("The program has no module."))
    if len(frozen.modules) > MAX_MODULES:
        yield Problem(title, _("The program has more than %(most)d modules.") % {"most": MAX_MODULES})
    if not program["level_of_care"]:
        yield Problem(title, _("Say whether it is for primary care, specialist care or both."))
    if not program["measures"]:
        yield Problem(
            title, _("No instrument is planned: the therapist would not see how it goes."), stops=False
        )
    for measure in program["measures"]:
        yield from _measure_problems(measure, program["language"], title, known)
    yield from _not_asked_here(program, known)
    keys = {module.document["key"] for module in frozen.modules}
    for found in faults(program["measures"], weeks=program["weeks"], modules=keys, known=known):
        yield Problem(title, _PLAN_FAULTS[found.fault] % {"instrument": found.measure["instrument"]})


def _not_asked_here(program: Document, known: Mapping[str, Instrument]) -> Iterator[Problem]:
    """Which instruments are active on the unit, when one that only units with a licence can ask is not."""
    planned = _planned(program, known)
    active = [one.short for one in planned if program["language"] in one.languages]
    without = [one for one in planned if one.short not in active]
    if inactive := [one.short for one in without if one.bundle == ON_PERMISSION]:
        said = _(
            "Asked at the unit: %(active)s. Not asked, since the unit has brought no wording for it: %(inactive)s."
        )
        named = {"active": ", ".join(active) or "–", "inactive": ", ".join(inactive)}
        yield Problem(program["title"], said % named, stops=False)


def _planned(program: Document, known: Mapping[str, Instrument]) -> list[Instrument]:
    """The instruments that the program names, each once, in its order."""
    slugs = dict.fromkeys(measure["instrument"] for measure in program["measures"])
    return [known[slug] for slug in slugs if slug in known]


def _measure_problems(
    measure: Document, language: str, title: str, known: Mapping[str, Instrument]
) -> Iterator[Problem]:
    named = {"instrument": measure["instrument"]}
    instrument = known.get(measure["instrument"])
    if instrument is None:
        yield Problem(title, _("There is no instrument called %(instrument)s.") % named)
    elif language not in instrument.languages and instrument.bundle != ON_PERMISSION:
        yield Problem(
            title, _("The instrument %(instrument)s has no wording in the program's language.") % named
        )


_PLAN_FAULTS = {
    Fault.NO_WEEK: _("Say in which week %(instrument)s is asked mid-treatment."),
    Fault.WEEK_BEYOND: _("%(instrument)s is asked in a week after the last one."),
    Fault.NO_MONTH: _("Say how many months after the end %(instrument)s is asked."),
    Fault.NO_MODULE: _("%(instrument)s is asked with a module that the program does not have."),
    Fault.NOT_TRIGGERED: _("Say which instrument's answers call for %(instrument)s."),
    Fault.BY_UNKNOWN: _("%(instrument)s is called for by an instrument that there is none of."),
    Fault.BY_UNPLANNED: _("%(instrument)s is called for by an instrument that the program never asks."),
    Fault.NO_LIMIT: _("Say from which score or answer %(instrument)s is called for."),
    Fault.LIMIT_BEYOND: _("No answers can ever call for %(instrument)s: the limit is out of reach."),
    Fault.WINDOW: _("The days of %(instrument)s must come in order: opens, due, closes."),
    Fault.REMINDER: _("A reminder of %(instrument)s must fall while it is open."),
    Fault.LANGUAGE: _("%(instrument)s has no wording in the language that the plan names."),
    Fault.TWICE: _("%(instrument)s stands twice in the same place of the plan."),
}


def _key_problems(documents: Sequence[Document]) -> Iterator[Problem]:
    modules = Counter(document["key"] for document in documents)
    steps = Counter(step["key"] for document in documents for step in document["steps"])
    counts = [*modules.items(), *steps.items()]
    twice = _("The key stands in more than one place: answers could not be told apart.")
    unfit = _("A key has small letters, digits and hyphens, at most 40.")
    yield from (Problem(key, twice) for key, count in counts if count > 1)
    yield from (Problem(key or "–", unfit) for key, _count in counts if not KEY.fullmatch(key))


def _continuation_problems(documents: Sequence[Document]) -> Iterator[Problem]:
    earlier: dict[str, str] = {}
    for document in documents:
        for step in document["steps"]:
            for block in exercises_in(step):
                if block["continues"] and earlier.get(block["continues"]) != block["exercise"]:
                    named = {"step": block["continues"]}
                    words = (
                        _("It continues %(step)s, but no earlier step has that key and the same exercise.")
                        % named
                    )
                    yield Problem(_place(step), words)
                earlier[step["key"]] = block["exercise"]


def _module_problems(document: Document) -> Iterator[Problem]:
    place, text = f"{document['title']} ({document['key']})", running_text(document)
    if not document["steps"]:
        yield Problem(place, _("The module has no step."))
    if len(document["steps"]) > MAX_STEPS:
        yield Problem(place, _("The module has more than %(most)d steps.") % {"most": MAX_STEPS})
    level, words = lix(text), word_count(text)
    if level > LIX_WARNS:
        said = _(
            "The text is hard to read: LIX %(level)d. Aim for %(aim)d; over %(most)d can't be published."
        )
        yield Problem(
            place,
            said % {"level": round(level), "aim": LIX_WARNS, "most": LIX_STOPS},
            stops=level > LIX_STOPS,
        )
    if words > LONG_MODULE_WORDS:
        yield Problem(place, _("The module is long: %(words)d words.") % {"words": words}, stops=False)


def _step_problems(step: Document) -> Iterator[Problem]:
    place = _place(step)
    if not step["blocks"]:
        yield Problem(place, _("The step is empty."))
    if len(list(exercises_in(step))) > 1:
        yield Problem(place, _("The step has more than one exercise: answers are kept under the step's key."))
    if step["minutes"] > LONG_STEP_MINUTES:
        said = _("The step takes %(minutes)d minutes: consider two steps.") % {"minutes": step["minutes"]}
        yield Problem(place, said, stops=False)
    if any(UNSTORABLE.search(part) for part in _texts(step)):
        yield Problem(place, _("The text holds a character that can't be stored."))
    for block in step["blocks"]:
        yield from BLOCK_CHECKS.get(block["type"], _nothing)(block, place)


def _nothing(block: Document, place: str) -> Iterator[Problem]:
    return iter(())


def _text_problems(block: Document, place: str) -> Iterator[Problem]:
    if not block["html"].strip():
        yield Problem(place, _("A text block is empty."))
    if block["html"].find("<h3>") != -1 and block["html"].find("<h3>") < block["html"].find("<h2>"):
        yield Problem(place, _("A small heading stands before the large one it belongs under."), stops=False)


def _quiz_problems(block: Document, place: str) -> Iterator[Problem]:
    if not any(option["right"] for option in block["options"]):
        yield Problem(place, _("No answer of the quiz is marked as right."), stops=False)
    if any(not option["explanation"].strip() for option in block["options"]):
        yield Problem(place, _("Each answer of the quiz needs an explanation."))


def _exercise_problems(block: Document, place: str) -> Iterator[Problem]:
    known = load_all().get(block["exercise"])
    if known is None:
        yield Problem(place, _("There is no exercise called %(name)s.") % {"name": block["exercise"]})
    elif block["fields"] is not None:
        yield from _field_problems(set(block["fields"]), known, place)


def _field_problems(chosen: set[str], known: ExerciseDefinition, place: str) -> Iterator[Problem]:
    required = {field.name for field in known.fields if field.required}
    if unknown := sorted(chosen - {field.name for field in known.fields}):
        yield Problem(place, _("The exercise has no field called %(names)s.") % {"names": ", ".join(unknown)})
    if missing := sorted(required - chosen):
        yield Problem(place, _("The exercise can't do without %(names)s.") % {"names": ", ".join(missing)})


def _file_problems(block: Document, place: str) -> Iterator[Problem]:
    media_type = block["media_type"] or ""
    if not block["file"]:
        yield Problem(place, _("The picture or recording is gone: choose it again."))
    elif not media_type.startswith(f"{block['type']}/"):
        yield Problem(
            place,
            _("The file is of another kind than its block: use PNG, JPEG, WebP, MP3, OGG, MP4 or WebM."),
        )


def _picture_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _file_problems(block, place)
    if not block["alt"].strip():
        yield Problem(place, _("The picture lacks its alternative text."))


def _recording_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _file_problems(block, place)
    if not block["transcript"].strip():
        yield Problem(place, _("The recording lacks its transcript."))


def _film_problems(block: Document, place: str) -> Iterator[Problem]:
    yield from _recording_problems(block, place)
    if block["captions_type"] != "text/vtt":
        yield Problem(place, _("The film lacks captions in WebVTT."))


BLOCK_CHECKS = {
    "text": _text_problems,
    "quiz": _quiz_problems,
    "exercise": _exercise_problems,
    "image": _picture_problems,
    "audio": _recording_problems,
    "video": _film_problems,
}


def _place(step: Document) -> str:
    return f"{step['title']} ({step['key']})"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)
