"""Decides what is shown of one entry when it is read or printed, and of computed values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition, FieldDefinition
from programs.exercises.derived import DerivedValue, derive_entry
from programs.exercises.formula_names import nodes_in
from programs.exercises.grammar import Name, parse
from programs.exercises.picturing import PictureView, pictures_of
from programs.exercises.reading import is_blank
from programs.exercises.values import items_in
from programs.exercises.wording import (
    DASH,
    day_in_cell,
    first_text,
    in_cell,
    in_words,
    part_name,
    simple,
    with_unit,
    words_for,
)
from programs.exercises.words import label_in

__all__ = [
    "DASH",
    "AnswerView",
    "EntryView",
    "ItemColumn",
    "ValueView",
    "day_in_cell",
    "entry_view",
    "in_cell",
    "value_views",
]


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
    pictures: tuple[PictureView, ...] = ()


@dataclass(frozen=True)
class ItemColumn:
    """A computed value with one figure for each row of the list `of`."""

    of: str
    label: str
    cells: tuple[str, ...]

    def cell(self, place: int) -> str:
        return self.cells[place] if place < len(self.cells) else DASH


def answer_view(
    field: FieldDefinition, value: object, language: str, more: Sequence[ItemColumn] = ()
) -> AnswerView:
    if field.type == "list":
        return list_view(field, value, language, more)
    text = in_words(field, value, language)
    return AnswerView(label_in(field.label, language), text, missing=text == DASH)


def list_view(field: FieldDefinition, value: object, language: str, more: Sequence[ItemColumn]) -> AnswerView:
    label = label_in(field.label, language)
    if is_blank(value):
        return AnswerView(label, DASH, missing=True)
    rows = [row if isinstance(row, Mapping) else {} for row in items_in(value) or ()]
    cells = [
        tuple(in_cell(each, row.get(each.name), language) for each in field.fields)
        + tuple(each.cell(place) for each in more)
        for place, row in enumerate(rows)
    ]
    columns = [label_in(each.label, language) for each in field.fields] + [each.label for each in more]
    return AnswerView(label, "", tuple(columns), tuple(cells))


def item_columns(
    definition: ExerciseDefinition, values: Sequence[DerivedValue], language: str
) -> list[ItemColumn]:
    """The figures of each row, to stand beside the answers of the list they are computed from."""
    formulas = {each.name: each.formula for each in definition.derived}
    return [
        ItemColumn(
            of=list_behind(definition, formulas[each.name]),
            label=label_in(each.label, language),
            cells=tuple(with_unit(cell, each.unit) for cell in items_in(each.value) or ()),
        )
        for each in values
        if each.scope == "item"
    ]


def list_behind(definition: ExerciseDefinition, formula: str) -> str:
    named = {node.text for node in nodes_in(parse(formula)) if isinstance(node, Name)}
    lists = (field.name for field in definition.fields if field.type == "list")
    return next((name for name in lists if name in named), "")


def entry_view(
    definition: ExerciseDefinition,
    values: Mapping[str, object],
    *,
    language: str,
    now: datetime,
    only: Collection[str] | None = None,
    context: Mapping[str, object] | None = None,
    before: Mapping[str, object] | None = None,
) -> EntryView:
    """One entry to read or print, with `programs/exercises/_entry.html` as `entry`.

    With `only`, computed values that its fields don't settle are left out. `before` is an earlier entry whose figures
    stand beside this one's in pictures.
    """
    computed = derive_entry(definition, values, now=now, context=context)
    beside: dict[str, list[ItemColumn]] = {}
    for column in item_columns(definition, computed, language):
        beside.setdefault(column.of, []).append(column)
    return EntryView(
        title=label_in(definition.name, language),
        answers=tuple(
            answer_view(field, values.get(field.name), language, beside.get(field.name, ()))
            for field in definition.asked(only)
        ),
        derived=value_views(definition, for_reading(computed, only), language),
        pictures=pictures_of(
            definition,
            values,
            {each.name: each.value for each in computed},
            language=language,
            before=before,
        ),
    )


def for_reading(computed: Sequence[DerivedValue], only: Collection[str] | None) -> list[DerivedValue]:
    whole = [each for each in computed if each.scope != "item"]
    return whole if only is None else [each for each in whole if each.value is not None]


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
    parts = parts_of(value.value, value.unit, names)
    return ValueView(label, "" if parts else simple(value.value, value.unit, names), parts)


def parts_of(value: object, unit: str, names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """A line for each group, or for each row in its order; nothing for a single value."""
    if isinstance(value, Mapping):
        return tuple((part_name(str(key), names), simple(each, unit, {})) for key, each in value.items())
    ranked = enumerate(items_in(value) or (), start=1)
    return tuple((str(place), first_text(each)) for place, each in ranked)
