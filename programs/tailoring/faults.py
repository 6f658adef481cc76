"""Decides what is wrong with a program's tailoring before a version is published; pure, says it as kinds of faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from measurements.instrument import Instrument
from programs.exercises.definitions import FieldDefinition, load_all

Document = Mapping[str, Any]


class Fault(StrEnum):
    """What may be wrong."""

    AFTER_UNKNOWN = "after_unknown"
    AFTER_FIRST = "after_first"
    CIRCLE = "circle"
    UNREACHABLE = "unreachable"
    FIRST_OFFERED = "first_offered"
    INSTEAD_UNKNOWN = "instead_unknown"
    INSTEAD_ORDINARY = "instead_ordinary"
    OFFER_TWICE = "offer_twice"
    OFFER_NEVER = "offer_never"
    INSTRUMENT_UNKNOWN = "instrument_unknown"
    INSTRUMENT_UNPLANNED = "instrument_unplanned"
    LIMIT_BEYOND = "limit_beyond"
    STEP_UNKNOWN = "step_unknown"
    STEP_LATER = "step_later"
    NO_EXERCISE = "no_exercise"
    FIELD_UNKNOWN = "field_unknown"
    ANSWER_UNKNOWN = "answer_unknown"
    NO_LIMIT = "no_limit"
    SUBTYPE_UNKNOWN = "subtype_unknown"
    SUBTYPE_UNUSED = "subtype_unused"
    KEY_TWICE = "key_twice"
    TOO_FEW_OPTIONS = "too_few_options"
    LEAST_OVER_MOST = "least_over_most"
    OPTION_UNKNOWN = "option_unknown"
    OPTION_TWICE = "option_twice"
    NOBODYS_MODULE = "nobodys_module"


# What an author should look at, though the version may go out.
ADVICE = frozenset({Fault.SUBTYPE_UNUSED})


@dataclass(frozen=True)
class Finding:
    """One fault: at which module, step or group, and the key or name it is about."""

    fault: Fault
    place: str
    name: str = ""


@dataclass(frozen=True)
class Context:
    """What conditions are held against: the steps in order with their place, and the instruments."""

    steps: Mapping[str, tuple[int, Document]]
    planned: frozenset[str]
    known: Mapping[str, Instrument]


def faults(program: Document, modules: Sequence[Document], known: Mapping[str, Instrument]) -> list[Finding]:
    """All faults, in the program's order. `modules`: their documents."""
    context = _context(program, modules, known)
    groups = [group["key"] for part in (program, *modules) for group in part.get("choices", ())]
    found = [*_of_subtypes(program, modules), *_of_order(modules), *_twice(groups, program["title"])]
    found += _of_choices(program.get("choices", ()), "modules", [m["key"] for m in modules], program["title"])
    found += _of_conditions(program.get("choices", ()), program["title"], None, context)
    for module in modules:
        place = _place(module)
        found += _of_offers(module, modules)
        found += _of_choices(module.get("choices", ()), "steps", [s["key"] for s in module["steps"]], place)
        found += _of_module(module, context)
    return found


def _context(program: Document, modules: Sequence[Document], known: Mapping[str, Instrument]) -> Context:
    steps = [step for module in modules for step in module["steps"]]
    planned = frozenset(measure["instrument"] for measure in program["measures"])
    return Context({step["key"]: (place, step) for place, step in enumerate(steps)}, planned, known)


def _place(one: Document) -> str:
    return f"{one['title']} ({one['key']})"


# Order.


def _of_order(modules: Sequence[Document]) -> Iterator[Finding]:
    keys = {module["key"] for module in modules}
    for module in modules:
        for key in module["unlock"].get("after", ()):
            if key not in keys:
                yield Finding(Fault.AFTER_UNKNOWN, _place(module), key)
    if modules:
        first = modules[0]
        if first["unlock"]["release"] == "offer":
            yield Finding(Fault.FIRST_OFFERED, _place(first))
        if first["unlock"].get("after"):
            yield Finding(Fault.AFTER_FIRST, _place(first))
    # A key that stands twice is told of elsewhere; who waits for whom can't be said then.
    if len(keys) == len(modules):
        yield from _circles(modules)


def _circles(modules: Sequence[Document]) -> Iterator[Finding]:
    """Modules that wait for each other, or for one that does: nothing could ever open them."""
    waits, brought = _waits(modules), _brought(modules)
    ready: set[str] = set()
    while more := {
        key
        for key, before in waits.items()
        if key not in ready and before <= ready and any(after <= ready for after in brought[key])
    }:
        ready |= more
    for module in modules:
        if module["key"] not in ready:
            before = waits[module["key"]].union(*brought[module["key"]])
            yield Finding(Fault.CIRCLE, _place(module), ", ".join(sorted(before - ready)))


def _waits(modules: Sequence[Document]) -> dict[str, set[str]]:
    """Which modules each one waits for; one without `after` waits for the one before it that is in the path."""
    keys = {module["key"] for module in modules}
    waits: dict[str, set[str]] = {}
    before: str | None = None
    for module in modules:
        unlock = module["unlock"]
        named = set(unlock.get("after", ())) & keys
        waits[module["key"]] = named or ({before} if before else set())
        if unlock["release"] != "offer":
            before = module["key"]
    return waits


def _brought(modules: Sequence[Document]) -> dict[str, list[set[str]]]:
    """For each module what the offers that bring it wait for, one set an offer; the others wait for no offer."""
    found: dict[str, list[set[str]]] = {module["key"]: [] for module in modules}
    for key, after in _bringing(modules):
        if key in found:
            found[key].append(after & found.keys() - {key})
    for module in modules:
        # One that nothing brings is told of as such.
        if module["unlock"]["release"] != "offer" or not found[module["key"]]:
            found[module["key"]] = [set()]
    return found


def _bringing(modules: Sequence[Document]) -> Iterator[tuple[str, set[str]]]:
    """Which module each offer brings, and what it waits for."""
    for module in modules:
        for offer in module["unlock"].get("offers", ()):
            if offer["does"] != "skip":
                brings = offer.get("instead", "") if offer["does"] == "replace" else module["key"]
                yield brings, set(offer.get("after", ()))


# Offers.


def _of_offers(module: Document, modules: Sequence[Document]) -> Iterator[Finding]:
    place, offers = _place(module), module["unlock"].get("offers", ())
    releases = {each["key"]: each["unlock"]["release"] for each in modules}
    for key, count in Counter(offer["key"] for offer in offers).items():
        if count > 1:
            yield Finding(Fault.OFFER_TWICE, place, key)
    for offer in offers:
        yield from _of_offer(offer, module, releases)
    if module["unlock"]["release"] == "offer" and not _is_offered(module, modules):
        yield Finding(Fault.UNREACHABLE, place)


def _of_offer(offer: Document, module: Document, releases: Mapping[str, str]) -> Iterator[Finding]:
    place, after = _place(module), offer.get("after", ())
    yield from (Finding(Fault.AFTER_UNKNOWN, place, key) for key in after if key not in releases)
    if {module["key"], offer.get("instead")} & set(after):
        yield Finding(Fault.OFFER_NEVER, place, offer["key"])
    yield from _of_replacement(offer, place, releases)


def _of_replacement(offer: Document, place: str, releases: Mapping[str, str]) -> Iterator[Finding]:
    instead = offer.get("instead", "")
    if offer["does"] != "replace":
        return
    if instead not in releases:
        yield Finding(Fault.INSTEAD_UNKNOWN, place, instead or "–")
    elif releases[instead] != "offer":
        yield Finding(Fault.INSTEAD_ORDINARY, place, instead)


def _is_offered(module: Document, modules: Sequence[Document]) -> bool:
    own = any(offer["does"] == "early" for offer in module["unlock"].get("offers", ()))
    others = (offer for each in modules for offer in each["unlock"].get("offers", ()))
    return own or any(offer.get("instead") == module["key"] for offer in others if offer["does"] == "replace")


# Subtypes and choices.


def _of_subtypes(program: Document, modules: Sequence[Document]) -> Iterator[Finding]:
    keys = [subtype["key"] for subtype in program.get("subtypes", ())]
    used: set[str] = set()
    for module in modules:
        for step in module["steps"]:
            used |= set(step.get("only_for", ()))
            for key in step.get("only_for", ()):
                if key not in keys:
                    yield Finding(Fault.SUBTYPE_UNKNOWN, _place(step), key)
    yield from (Finding(Fault.SUBTYPE_UNUSED, program["title"], key) for key in keys if key not in used)
    yield from _twice(keys, program["title"])


def _twice(keys: Sequence[str], place: str) -> Iterator[Finding]:
    yield from (Finding(Fault.KEY_TWICE, place, key) for key, count in Counter(keys).items() if count > 1)


def _of_choices(groups: Sequence[Document], what: str, there: Sequence[str], place: str) -> Iterator[Finding]:
    named = Counter(key for group in groups for option in group["options"] for key in option[what])
    yield from (Finding(Fault.OPTION_UNKNOWN, place, key) for key in named if key not in there)
    yield from (Finding(Fault.OPTION_TWICE, place, key) for key, count in named.items() if count > 1)
    for group in groups:
        yield from _of_group(group, place)


def _of_group(group: Document, place: str) -> Iterator[Finding]:
    yield from _twice([option["key"] for option in group["options"]], place)
    if len(group["options"]) < max(2, group["least"]):
        yield Finding(Fault.TOO_FEW_OPTIONS, place, group["title"])
    if group["least"] > group["most"]:
        yield Finding(Fault.LEAST_OVER_MOST, place, group["title"])


# Conditions.


def _of_module(module: Document, context: Context) -> Iterator[Finding]:
    place, unlock = _place(module), module["unlock"]
    begins = context.steps[module["steps"][0]["key"]][0] if module["steps"] else None
    rules = [rule for rule in (unlock.get("hold"), *unlock.get("offers", ())) if rule]
    for rule in rules:
        yield from _of_rule(rule, place, begins, context)
    yield from _of_conditions(module.get("choices", ()), place, None, context)
    for step in module["steps"]:
        if "show" in step:
            yield from _of_rule(step["show"], _place(step), context.steps[step["key"]][0], context)
    if module["steps"] and all(_is_for_some(step) for step in module["steps"]):
        yield Finding(Fault.NOBODYS_MODULE, place)


def _is_for_some(step: Document) -> bool:
    return bool(step.get("only_for")) or step.get("show", {}).get("otherwise") == "hidden"


def _of_conditions(
    groups: Sequence[Document], place: str, before: int | None, context: Context
) -> Iterator[Finding]:
    for group in groups:
        for option in group["options"]:
            if "suggest" in option:
                yield from _of_rule(option["suggest"], place, before, context)


def _of_rule(rule: Document, place: str, before: int | None, context: Context) -> Iterator[Finding]:
    """`before`: the place in the program that the steps it looks at must come before; None: anywhere."""
    for condition in rule["when"]:
        for name in ("instrument", "above"):
            if name in condition:
                yield from _of_instrument(condition, condition[name], place, context)
        if key := condition.get("step") or condition.get("entries"):
            yield from _of_step(condition, key, place, before, context)
        if not condition.keys() & {"equals", "above", "at_least", "at_most"}:
            yield Finding(Fault.NO_LIMIT, place)
    if not rule["when"]:
        yield Finding(Fault.NO_LIMIT, place)


def _of_instrument(condition: Document, slug: str, place: str, context: Context) -> Iterator[Finding]:
    instrument = context.known.get(slug)
    if instrument is None:
        yield Finding(Fault.INSTRUMENT_UNKNOWN, place, slug)
    elif slug not in context.planned:
        yield Finding(Fault.INSTRUMENT_UNPLANNED, place, instrument.short)
    elif _is_beyond(condition, instrument.scoring.highest):
        yield Finding(Fault.LIMIT_BEYOND, place, instrument.short)


def _is_beyond(condition: Document, highest: int | None, lowest: int = 0) -> bool:
    least = condition.get("at_least", lowest)
    most = condition.get("at_most", least if highest is None else highest)
    return bool(least > most or most < lowest or (highest is not None and least > highest))


def _of_step(
    condition: Document, key: str, place: str, before: int | None, context: Context
) -> Iterator[Finding]:
    if key not in context.steps:
        yield Finding(Fault.STEP_UNKNOWN, place, key)
        return
    position, step = context.steps[key]
    if before is not None and position >= before:
        yield Finding(Fault.STEP_LATER, place, key)
    exercise = next((block for block in step["blocks"] if block["type"] == "exercise"), None)
    if exercise is None:
        yield Finding(Fault.NO_EXERCISE, place, key)
    elif "field" in condition:
        yield from _of_field(condition, exercise, place)
    elif _is_beyond(condition, None):
        yield Finding(Fault.LIMIT_BEYOND, place, key)


def _of_field(condition: Document, block: Document, place: str) -> Iterator[Finding]:
    definition = load_all().get(block["exercise"])
    if definition is None:
        return
    chosen = block.get("fields")
    fields = {field.name: field for field in definition.fields if chosen is None or field.name in chosen}
    field = fields.get(condition["field"])
    if field is None:
        yield Finding(Fault.FIELD_UNKNOWN, place, condition["field"])
    elif "equals" in condition and condition["equals"] not in _answers(field, condition["equals"]):
        yield Finding(Fault.ANSWER_UNKNOWN, place, condition["equals"])
    elif _is_beyond_field(condition, field):
        yield Finding(Fault.LIMIT_BEYOND, place, condition["field"])


def _is_beyond_field(condition: Document, field: FieldDefinition) -> bool:
    if not condition.keys() & {"at_least", "at_most"}:
        return False
    return not field.holds_number or _is_beyond(condition, field.max, field.min or 0)


def _answers(field: FieldDefinition, wanted: str) -> set[str]:
    """The answers that can be given; for texts and numbers any."""
    if field.type == "bool":
        return {"true", "false"}
    return {option.value for option in field.options} if field.options else {wanted}
