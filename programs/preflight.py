"""What stops a version from being published, and what its authors should look at, in plain words. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from measurements.instrument import Instrument
from measurements.plan_faults import Fault, faults
from measurements.registry import shipped
from programs.block_checks import Problem, problems_of_block
from programs.freezing import FrozenProgram, exercises_in
from programs.program_file import MAX_STEPS
from programs.reading_level import lix, running_text, word_count
from programs.shapes import UNSTORABLE
from programs.tailoring.faults import ADVICE
from programs.tailoring.faults import faults as tailoring_faults
from programs.tailoring.shape import KEY
from programs.tailoring.wording import in_words

LIX_WARNS = 35
LIX_NEEDS_SIGN_OFF = 40
# Of fewer words LIX is chance.
ENOUGH_FOR_LIX = 80
LONG_MODULE_WORDS = 1200
LONG_STEP_MINUTES = 15
MAX_MODULES = 40
# A program may name these for the units that hold the wording; others go without.
ON_PERMISSION = "ASK"

Document = Mapping[str, Any]


def problems_of(frozen: FrozenProgram, instruments: Mapping[str, Instrument] | None = None) -> list[Problem]:
    """All findings, those that stop publishing first; empty when the program is fit.

    `instruments`: as the unit has them, with its own wording; as shipped without.
    """
    documents = [module.document for module in frozen.modules]
    known = shipped() if instruments is None else instruments
    found = [*_program_problems(frozen, known), *_key_problems(documents), *_continuation_problems(documents)]
    for fault in tailoring_faults(frozen.program, documents, known):
        found.append(Problem(fault.place, in_words(fault), stops=fault.fault not in ADVICE))
    for document in documents:
        found += _module_problems(document)
        for step in document["steps"]:
            found += _step_problems(step)
    return sorted(found, key=lambda problem: (not problem.stops, not problem.needs_sign_off))


def problems_of_module(document: Document) -> list[Problem]:
    """The findings about one module by itself, for who writes it."""
    found = [*_module_problems(document)]
    for step in document["steps"]:
        found += _step_problems(step)
    return found


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
    yield from _homework_problems(document)
    level, words = lix(text), _most_read(document)
    if level > LIX_WARNS:
        said = _(
            "The text is hard to read: LIX %(level)d. Aim for %(aim)d; over %(most)d a language reviewer must sign."
        )
        yield Problem(
            place,
            said % {"level": round(level), "aim": LIX_WARNS, "most": LIX_NEEDS_SIGN_OFF},
            stops=False,
            needs_sign_off=level > LIX_NEEDS_SIGN_OFF,
        )
    if words > LONG_MODULE_WORDS:
        yield Problem(place, _("The module is long: %(words)d words.") % {"words": words}, stops=False)


def _most_read(document: Document) -> int:
    """The words that one patient meets: of the steps for subtypes, those of the longest one."""
    counted = [(step.get("only_for", ()), word_count(running_text(step))) for step in document["steps"]]
    common = sum(words for kinds, words in counted if not kinds)
    kinds = {kind for own, _words in counted for kind in own}
    return common + max((sum(words for own, words in counted if kind in own) for kind in kinds), default=0)


def _homework_problems(document: Document) -> Iterator[Problem]:
    keys = {step["key"] for step in document["steps"]}
    for step in document["steps"]:
        for block in step["blocks"]:
            for task in block["tasks"] if block["type"] == "homework" else ():
                if task["step"] not in keys:
                    said = _("The homework names the step %(step)s, which the module does not have.")
                    yield Problem(_place(step), said % {"step": task["step"]})


def _step_problems(step: Document) -> Iterator[Problem]:
    place = _place(step)
    if not step["blocks"]:
        yield Problem(place, _("The step is empty."))
    if len(list(exercises_in(step))) > 1:
        yield Problem(place, _("The step has more than one exercise: answers are kept under the step's key."))
    if step["minutes"] > LONG_STEP_MINUTES:
        said = _("The step takes %(minutes)d minutes: consider two steps.") % {"minutes": step["minutes"]}
        yield Problem(place, said, stops=False)
    text = running_text(step)
    if word_count(text) >= ENOUGH_FOR_LIX and lix(text) > LIX_NEEDS_SIGN_OFF:
        # Of its module it may be a small part, and does not show in the whole.
        hard = _("The step is hard to read: LIX %(level)d. Aim for %(aim)d.")
        yield Problem(place, hard % {"level": round(lix(text)), "aim": LIX_WARNS}, stops=False)
    if any(UNSTORABLE.search(part) for part in _texts(step)):
        yield Problem(place, _("The text holds a character that can't be stored."))
    for block in step["blocks"]:
        yield from problems_of_block(block, place)


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
