"""Decides how single values read in words: figures with their unit, dates, choices, a dash for what is
missing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition, FieldDefinition
from programs.exercises.formula_names import nodes_in
from programs.exercises.grammar import Attribute, Call, Name, Node, parse
from programs.exercises.units import scale_top, unit_in_words
from programs.exercises.values import day_in, items_in, moment_in, number, rounded
from programs.exercises.words import label_in

DASH = "–"
MINUS = "\N{MINUS SIGN}"
UNBROKEN = "\N{NO-BREAK SPACE}"


def figure_in_words(value: object) -> str:
    """A number as it is written in the reader's language: 66,7 in Swedish."""
    exact = number(value)
    if exact is None:
        return DASH
    short = rounded(exact)
    written = number_format(short, decimal_pos=0 if isinstance(short, int) else 1)
    return written.replace("-", MINUS)


def with_unit(value: object, unit: str) -> str:
    text = figure_in_words(value)
    if text == DASH:
        return text
    if top := scale_top(unit):
        return _("%(value)s of %(top)s") % {"value": text, "top": top}
    return f"{text} {unit_in_words(unit)}".rstrip()


def yes_or_no(value: bool) -> str:
    return _("Yes") if value else _("No")


def day_in_words(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def typed_day_in_words(text: str) -> str:
    return day_in_words(day_in(text)) or text


def typed_moment_in_words(text: str) -> str:
    moment = moment_in(text)
    return f"{day_in_words(moment)} {text[11:16]}" if moment else text


def day_in_cell(day: date | None) -> str:
    """Day and month that no narrow column breaks; a treatment is too short for its year to be in doubt."""
    return date_format(day, "j b").replace(" ", UNBROKEN) if day else ""


def typed_day_in_cell(text: str) -> str:
    return day_in_cell(day_in(text)) or text


def typed_moment_in_cell(text: str) -> str:
    moment = moment_in(text)
    return f"{day_in_cell(moment)}{UNBROKEN}{text[11:16]}" if moment else text


Writers = Mapping[str, Callable[[str], str]]
WRITERS: Writers = {"date": typed_day_in_words, "datetime": typed_moment_in_words}
CELL_WRITERS: Writers = {"date": typed_day_in_cell, "datetime": typed_moment_in_cell}


def in_words(field: FieldDefinition, value: object, language: str, writers: Writers = WRITERS) -> str:
    """One answer as people read it: as typed where it could not be understood, a dash where it is missing."""
    several = items_in(value)
    if several is not None:
        return ", ".join(text_in_words(field, each, language, writers) for each in several) or DASH
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, str):
        return text_in_words(field, value, language, writers)
    return with_unit(value, field.unit)


def in_cell(field: FieldDefinition, value: object, language: str) -> str:
    """The same for a table's cell, with short days."""
    return in_words(field, value, language, CELL_WRITERS)


def text_in_words(field: FieldDefinition, value: object, language: str, writers: Writers) -> str:
    if not isinstance(value, str) or not value.strip():
        return DASH
    if field.options:
        return option_labels(field, language).get(value, value)
    return writers.get(field.type, str)(value)


def option_labels(field: FieldDefinition, language: str) -> dict[str, str]:
    return {option.value: label_in(option.label, language) for option in field.options}


def simple(value: object, unit: str, names: Mapping[str, str]) -> str:
    """A computed value of one part; `names` are the labels of option values."""
    if isinstance(value, bool):
        return yes_or_no(value)
    if isinstance(value, str):
        return names.get(value, value)
    return with_unit(value, unit)


def part_name(key: str, names: Mapping[str, str]) -> str:
    """What a group is called: the label of a choice, a day, or its own text."""
    return names.get(key) or typed_day_in_words(key)


def first_text(row: object) -> str:
    """A row by its first answer, which is what it is called."""
    answers = row.values() if isinstance(row, Mapping) else ()
    return next((each for each in answers if isinstance(each, str)), DASH)


def words_for(definition: ExerciseDefinition, derived: DerivedDefinition, language: str) -> dict[str, str]:
    """The labels of option values that a formula gives or groups by, so that nobody reads a code."""
    wanted = fields_given(parse(derived.formula))
    found: dict[str, str] = {}
    for field in definition.fields:
        for each in (field, *field.fields):
            if each.name in wanted:
                found |= option_labels(each, language)
    return found


def fields_given(tree: Node) -> set[str]:
    """The fields whose values a formula hands on as they are: `x.name` at its root, and `by name`."""
    keys = {node.by.text for node in nodes_in(tree) if isinstance(node, Call) and isinstance(node.by, Name)}
    return keys | {tree.name} if isinstance(tree, Attribute) else keys
