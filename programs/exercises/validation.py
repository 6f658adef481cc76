"""Decides what may be kept as a draft (whatever can be stored) and what may be handed in (what the
definition asks)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping

from ikbt.common import clock
from programs.exercises.definitions import ExerciseDefinition, FieldDefinition
from programs.exercises.derived import entry_scope, given_scope
from programs.exercises.formula import evaluate
from programs.exercises.grammar import parse
from programs.exercises.problems import Problem, problem
from programs.exercises.reading import REPLACEMENT, UNSTORABLE, is_blank, read_form
from programs.exercises.values import clock_in, day_in, moment_in
from programs.exercises.words import Words, lazy_label, name_in_row, name_of

__all__ = ["LONGEST_KEPT", "check", "read_form"]

LONGEST_KEPT = 200_000
MOMENTS: Mapping[str, Callable[[object], object]] = {"date": day_in, "time": clock_in, "datetime": moment_in}


def check(
    definition: ExerciseDefinition,
    values: object,
    *,
    only: Collection[str] | None = None,
    complete: bool,
) -> list[Problem]:
    """What stands in the way of keeping (`complete` false) or handing in the answers; never raises,
    whatever they are.

    A draft may miss answers, be too long or hold a word where a number should be; it may not be unstorable.
    Problems
    that don't block are questions and notices to show beside the field.
    """
    given: Mapping[str, object] = values if isinstance(values, Mapping) else {}
    asked = definition.asked(only)
    found = [
        each
        for field in asked
        for each in of_field(field, given.get(field.name), field.name, name_of(field), complete)
    ]
    if complete:
        found.extend(across_fields(definition, given, {field.name for field in asked}))
    return found


def of_field(
    field: FieldDefinition, value: object, path: str, label: Words, complete: bool
) -> Iterator[Problem]:
    if field.type == "list":
        yield from of_list(field, value, path, label, complete)
        return
    stored = list(storage_problems(field, value, path, label))
    yield from stored
    if complete and not any(each.blocks for each in stored):
        yield from content_problems(field, value, path, label)


def storage_problems(field: FieldDefinition, value: object, path: str, label: Words) -> Iterator[Problem]:
    """What can't be kept even as a draft: other shapes than a form gives, unstorable characters, endless
    text."""
    several = field.type == "multichoice" and isinstance(value, list | tuple)
    for text in value if several else [value]:  # type: ignore[attr-defined]
        if isinstance(text, str):
            yield from text_storage_problems(text, path, label)
        elif text is not None and not isinstance(text, bool | int):
            yield problem(path, "unreadable", label)


def text_storage_problems(text: str, path: str, label: Words) -> Iterator[Problem]:
    if len(text) > LONGEST_KEPT:
        yield problem(path, "over_cap", label, by=len(text) - LONGEST_KEPT, max=LONGEST_KEPT)
    if UNSTORABLE.search(text):
        yield problem(path, "unreadable", label)
    elif REPLACEMENT in text:
        yield problem(path, "replaced", label, blocks=False)


def content_problems(field: FieldDefinition, value: object, path: str, label: Words) -> Iterator[Problem]:
    """What hand-in asks of one answer."""
    if field.type == "bool":
        if field.required and not isinstance(value, bool):
            yield problem(path, "choose", label)
    elif is_blank(value):
        if field.required:
            choices = field.type in ("choice", "multichoice", "scale")
            yield problem(path, "choose" if choices else "required", label)
    elif field.holds_number:
        yield from number_problems(field, value, path, label)
    elif field.options:
        yield from option_problems(field, value, path, label)
    elif not isinstance(value, str):
        yield problem(path, "unreadable", label)
    else:
        yield from text_problems(field, value, path, label)


def text_problems(field: FieldDefinition, value: str, path: str, label: Words) -> Iterator[Problem]:
    if field.type in MOMENTS:
        if MOMENTS[field.type](value) is None:
            yield problem(path, field.type, label)
    elif field.max is not None and len(value) > field.max:
        yield problem(path, "too_long", label, by=len(value) - field.max, max=field.max)


def number_problems(field: FieldDefinition, value: object, path: str, label: Words) -> Iterator[Problem]:
    low, high = field.min or 0, field.max or 0
    if isinstance(value, bool) or not isinstance(value, int):
        yield problem(path, "number", label)
    elif not low <= value <= high:
        yield problem(path, "range", label, min=low, max=high)
    elif field.step and (value - low) % field.step:
        below = value - (value - low) % field.step
        above = min(below + field.step, high)
        yield problem(path, "step", label, step=field.step, below=below, above=above)


def option_problems(field: FieldDefinition, value: object, path: str, label: Words) -> Iterator[Problem]:
    known = {option.value for option in field.options}
    several = field.type == "multichoice" and isinstance(value, list | tuple)
    chosen: list[object] = list(value) if several else [value]  # type: ignore[call-overload]
    if any(not isinstance(each, str) or each not in known for each in chosen):
        yield problem(path, "option", label)
    elif field.type == "multichoice" and not several:
        yield problem(path, "unreadable", label)


def of_list(
    field: FieldDefinition, value: object, path: str, label: Words, complete: bool
) -> Iterator[Problem]:
    """Each row's answers, and for hand-in how many rows there are; empty rows are no rows."""
    if value is not None and not isinstance(value, list | tuple):
        yield problem(path, "unreadable", label)
        return
    count = 0
    for place, row in enumerate(value or ()):
        if not isinstance(row, Mapping):
            yield problem(path, "unreadable", label)
        elif not is_blank(row):
            count += 1
            for inner in field.fields:
                name = name_in_row(field, place + 1, inner)
                yield from of_field(
                    inner, row.get(inner.name), f"{path}-{place}-{inner.name}", name, complete
                )
    if complete:
        yield from count_problems(field, count, path, label)


def count_problems(field: FieldDefinition, count: int, path: str, label: Words) -> Iterator[Problem]:
    least = max(field.min_items, 1) if field.required else field.min_items
    # An optional list may be left out; once begun it has to be as long as it says.
    if count < least and (field.required or count):
        yield problem(path, "too_few", label, min=least, count=count)
    elif field.max_items is not None and count > field.max_items:
        yield problem(path, "too_many", label, max=field.max_items, by=count - field.max_items)


def across_fields(
    definition: ExerciseDefinition, values: Mapping[str, object], asked: set[str]
) -> Iterator[Problem]:
    """The definition's own checks; one whose answers are missing says nothing."""
    scope = entry_scope(definition, values, given_scope(definition, None, clock.now()))
    for each in definition.checks:
        if each.field in asked and evaluate(parse(each.formula), scope) is False:
            yield Problem(each.field, "rule", lazy_label(each.message), each.blocks)
