"""Decides how answers and computed values read when they are shown and not asked: in words, with a dash for
missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition, FieldDefinition
from programs.exercises.derived import DerivedValue, derive_entry
from programs.exercises.formula_names import nodes_in
from programs.exercises.grammar import Attribute, Call, Name, parse
from programs.exercises.reading import is_blank
from programs.exercises.units import scale_top, unit_in_words
from programs.exercises.values import day_in, moment_in, number, rounded
from programs.exercises.words import label_in

DASH = "–"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True)
class AnswerView:
    """A label with its text, or with a table (`columns` and `rows`) when the answer is a list."""

    label: str
    text: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    missing: bool = False


@dataclass(frozen=True)
class ValueView:
    """A computed value; `parts` are its lines when it has one per group or row."""

    label: str
    text: str
    parts: tuple[tuple[str, str], ...] = ()
    missing: bool = False


@dataclass(frozen=True)
class EntryView:
    title: str
    answers: tuple[AnswerView, ...]
    derived: tuple[ValueView, ...]


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
    if top := scale_top(unit):
        return _("%(value)s of %(top)s") % {"value": text, "top": top}
    return f"{text} {unit_in_words(unit)}".rstrip()


def in_words(field: FieldDefinition, value: object, language: str) -> str:
    """One answer as people read it; what could not be understood is shown as it was typed, missing as a
    dash."""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, list | tuple):
        return ", ".join(option_in_words(field, each, language) for each in value) or DASH
    if isinstance(value, int | float):
        return with_unit(value, field.unit)
    if not isinstance(value, str) or not value.strip():
        return DASH
    if field.options:
        return option_in_words(field, value, language)
    if field.type == "date":
        return day_in_words(day_in(value)) or value
    if field.type == "datetime":
        moment = moment_in(value)
        return f"{day_in_words(moment)} {value[11:16]}" if moment else value
    return value


def option_in_words(field: FieldDefinition, value: object, language: str) -> str:
    labels = {option.value: label_in(option.label, language) for option in field.options}
    return labels.get(value, value) if isinstance(value, str) else DASH


def day_in_words(day: date | None) -> str:
    return date_format(day, "DATE_FORMAT") if day else ""


def answer_view(
    field: FieldDefinition, value: object, language: str, more: Sequence[ItemColumn] = ()
) -> AnswerView:
    label = label_in(field.label, language)
    if field.type != "list":
        text = in_words(field, value, language)
        return AnswerView(label, text, missing=text == DASH)
    stored = [row for row in value if isinstance(row, Mapping)] if isinstance(value, list | tuple) else []
    if is_blank(stored):
        return AnswerView(label, DASH, missing=True)
    columns = [label_in(each.label, language) for each in field.fields] + [each.label for each in more]
    rows = tuple(
        (
            *(in_words(each, row.get(each.name), language) for each in field.fields),
            *(each.cells[place] if place < len(each.cells) else DASH for each in more),
        )
        for place, row in enumerate(stored)
    )
    return AnswerView(label, "", tuple(columns), rows)


@dataclass(frozen=True)
class ItemColumn:
    """A computed value with one figure for each row of the list `of`."""

    of: str
    label: str
    cells: tuple[str, ...]


def item_columns(
    definition: ExerciseDefinition, values: Sequence[DerivedValue], language: str
) -> list[ItemColumn]:
    formulas = {each.name: each.formula for each in definition.derived}
    lists = {field.name for field in definition.fields if field.type == "list"}
    found: list[ItemColumn] = []
    for each in values:
        named = (node.text for node in nodes_in(parse(formulas[each.name])) if isinstance(node, Name))
        of = next((name for name in named if name in lists), "")
        if each.scope == "item" and isinstance(each.value, list):
            cells = tuple(with_unit(cell, each.unit) for cell in each.value)
            found.append(ItemColumn(of, label_in(each.label, language), cells))
    return found


def entry_view(
    definition: ExerciseDefinition,
    values: Mapping[str, object],
    *,
    language: str,
    now: datetime,
    only: Collection[str] | None = None,
    context: Mapping[str, object] | None = None,
) -> EntryView:
    """One entry to read or print, with `programs/exercises/_entry.html` as `entry`."""
    computed = derive_entry(definition, values, now=now, context=context)
    columns = item_columns(definition, computed, language)
    answers = tuple(
        answer_view(
            field, values.get(field.name), language, [each for each in columns if each.of == field.name]
        )
        for field in definition.asked(only)
    )
    shown = [each for each in computed if each.scope != "item" and (only is None or each.value is not None)]
    return EntryView(label_in(definition.name, language), answers, value_views(definition, shown, language))


def value_views(
    definition: ExerciseDefinition, values: Sequence[DerivedValue], language: str
) -> tuple[ValueView, ...]:
    """Computed values in words, in the order given."""
    formulas = {each.name: each for each in definition.derived}
    return tuple(value_view(definition, formulas[each.name], each, language) for each in values)


def value_view(
    definition: ExerciseDefinition, derived: DerivedDefinition, value: DerivedValue, language: str
) -> ValueView:
    label = label_in(value.label, language)
    if value.value is None:
        return ValueView(label, DASH, missing=True)
    names = words_for(definition, derived, language)
    if isinstance(value.value, Mapping):
        parts = tuple(
            (part_name(str(key), names), simple(each, value.unit, {})) for key, each in value.value.items()
        )
        return ValueView(label, "", parts)
    if isinstance(value.value, list):
        ranked = enumerate(value.value, start=1)
        return ValueView(label, "", tuple((str(place), first_text(each)) for place, each in ranked))
    return ValueView(label, simple(value.value, value.unit, names))


def simple(value: object, unit: str, names: Mapping[str, str]) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, str):
        return names.get(value, value)
    return with_unit(value, unit) if value is not None else DASH


def part_name(key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or day_in_words(day_in(key)) or key


def first_text(row: object) -> str:
    """A row by its first answer, which is what it is called."""
    texts = (each for each in row.values() if isinstance(each, str)) if isinstance(row, Mapping) else iter(())
    return next(texts, DASH)


def words_for(definition: ExerciseDefinition, derived: DerivedDefinition, language: str) -> dict[str, str]:
    """The labels of option values that a formula gives or groups by, so that nobody reads a code."""
    tree = parse(derived.formula)
    calls = [node.by.text for node in nodes_in(tree) if isinstance(node, Call) and isinstance(node.by, Name)]
    wanted = {*calls, *([tree.name] if isinstance(tree, Attribute) else [])}
    every = [*definition.fields, *(inner for field in definition.fields for inner in field.fields)]
    return {
        option.value: label_in(option.label, language)
        for field in every
        if field.name in wanted
        for option in field.options
    }
