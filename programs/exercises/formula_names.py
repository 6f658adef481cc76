"""Decides which words a formula may use: the exercise's own fields, earlier formulas, parameters and
context."""

from __future__ import annotations

from collections.abc import Iterator
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
    derived = [each.name for each in exercise.derived]
    given = [*exercise.parameters, *{key.split(".")[0] for key in exercise.context}]
    if len(set(own + derived + given)) != len(own + derived + given) or ALWAYS & set(own + derived + given):
        raise DefinitionError(f"{exercise.id}: a name stands twice")
    for field in exercise.fields:
        if len({sub.name for sub in field.fields}) != len(field.fields):
            raise DefinitionError(f"{exercise.id}.{field.name}: a name stands twice")
    inner = [sub.name for field in exercise.fields for sub in field.fields]
    known = {*own, *inner, *given, *ALWAYS}
    for each in exercise.derived:
        refuse_words(each.formula, known, f"{exercise.id}.{each.name}")
        known.add(each.name)
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
