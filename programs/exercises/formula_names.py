"""Decides which words a formula may use: the exercise's own fields, earlier formulas, parameters and
context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING

from programs.exercises.grammar import Call, Name, Node, parse
from programs.exercises.structure import DefinitionError

if TYPE_CHECKING:
    from programs.exercises.definitions import ExerciseDefinition

FUNCTIONS = frozenset(
    {
        *("any", "argmax", "argmin", "count", "count_distinct", "first", "last", "len", "max", "mean", "min"),
        *("sort", "stdev", "sum", "abs", "clamp", "date", "days_since", "elapsed_min", "round15"),
    }
)
ALWAYS = frozenset({"created", "now"})


def nodes_in(node: object) -> Iterator[Node]:
    """Every node of a formula's tree, the outermost first."""
    if isinstance(node, tuple):
        for each in node:
            yield from nodes_in(each)
    elif is_dataclass(node) and not isinstance(node, type):
        yield node  # type: ignore[misc]
        for each in fields(node):
            yield from nodes_in(getattr(node, each.name))


def refuse_unknown_names(exercise: ExerciseDefinition) -> None:
    """Raises DefinitionError when names collide or a formula uses a word that nothing gives a value."""
    own = [field.name for field in exercise.fields]
    given = [*exercise.parameters, *{key.split(".")[0] for key in exercise.context}]
    refuse_twice([*ALWAYS, *own, *given, *(each.name for each in exercise.derived)], exercise.id)
    for field in exercise.fields:
        refuse_twice([inner.name for inner in field.fields], f"{exercise.id}.{field.name}")
    known = {*ALWAYS, *own, *given, *(inner.name for field in exercise.fields for inner in field.fields)}
    for each in exercise.derived:
        refuse_words(each.formula, known, f"{exercise.id}.{each.name}")
        known.add(each.name)
    refuse_checks(exercise, known)


def refuse_twice(names: Sequence[str], at: str) -> None:
    if len(set(names)) != len(names):
        raise DefinitionError(f"{at}: a name stands twice")


def refuse_checks(exercise: ExerciseDefinition, known: set[str]) -> None:
    own = {field.name for field in exercise.fields}
    for check in exercise.checks:
        refuse_words(check.formula, known, f"{exercise.id}.checks")
        if check.field not in own:
            raise DefinitionError(f"{exercise.id}.checks: no field {check.field}")


def refuse_words(formula: str, known: set[str], at: str) -> None:
    for node in nodes_in(parse(formula)):
        if isinstance(node, Name) and node.text not in known:
            raise DefinitionError(f"{at}: unknown name {node.text!r}")
        if isinstance(node, Call) and node.function not in FUNCTIONS:
            raise DefinitionError(f"{at}: unknown function {node.function!r}")
