"""Decides the value of a formula in a scope; what the grammar can say is in grammar.py, and nothing is ever
`eval`ed.

How the text of the formulas is read where it leaves a choice:

1. In a week or series every aggregate runs over the entries; elsewhere over the rows of a list
(`slots.minutes`).
2. No rows at all is missing, never 0: a week in which nobody wrote is a dash. `len` and `any` of an empty
list are 0
   and false, for an empty list that was handed in is an answer.
3. A `where` that is missing for one row makes the aggregate missing; use `is` for conditions that must not
be.
4. Outside aggregates a field's name in a week or series means the latest entry's.
5. Rows without a key are in no group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fractions import Fraction

from ikbt.common.clock import local_date
from programs.exercises import functions
from programs.exercises.grammar import (
    Attribute,
    Binary,
    Call,
    Choice,
    Literal,
    Membership,
    Name,
    Negation,
    Node,
)
from programs.exercises.operations import combine, each_value, inverse, kind_of
from programs.exercises.values import Column, Grouped

ROWWISE = frozenset({*functions.AGGREGATES, "argmax", "argmin", "sort"})


@dataclass(frozen=True)
class Scope:
    """What names mean at one place: an entry or a row, what surrounds it, and the entries that aggregates
    run over."""

    values: Mapping[str, object]
    now: datetime
    day: date | None = None
    around: Scope | None = None
    entries: tuple[Scope, ...] | None = None
    days: int | None = None

    def find(self, name: str) -> object:
        if name == "now":
            return self.now
        if name in self.values:
            return self.values[name]
        return self.around.find(name) if self.around else None


@dataclass(frozen=True)
class Rows:
    """What an aggregate runs over: the scope of each row, its value, and the row itself."""

    scopes: tuple[Scope, ...]
    values: tuple[object, ...]
    rows: tuple[object, ...]

    def only(self, kept: Sequence[bool]) -> Rows:
        picked = [index for index, keep in enumerate(kept) if keep]
        return self.at(picked)

    def at(self, places: Sequence[int]) -> Rows:
        return Rows(
            tuple(self.scopes[place] for place in places),
            tuple(self.values[place] for place in places),
            tuple(self.rows[place] for place in places),
        )


def evaluate(node: Node, scope: Scope) -> object:
    """The value of a formula: an exact number, text, truth, time, date, column or group; None when
    something is missing."""
    match node:
        case Literal(value):
            return value
        case Name(text):
            return scope.find(text)
        case Attribute(of, name):
            return attribute(evaluate(of, scope), name)
        case Negation(sign, of):
            return negated(sign, evaluate(of, scope))
        case Binary(sign, left, right):
            return combine(sign, evaluate(left, scope), evaluate(right, scope))
        case Membership(of, options):
            return membership(evaluate(of, scope), [evaluate(option, scope) for option in options])
        case Choice():
            return choose(node, scope)
        case Call():
            return called(node, scope)


def negated(sign: str, value: object) -> object:
    return each_value(inverse, value) if sign == "not" else combine("-", Fraction(0), value)


def attribute(of: object, name: str) -> object:
    if isinstance(of, Mapping):
        return of.get(name)
    if isinstance(of, Column):
        return Column(tuple(attribute(value, name) for value in of.values), of.rows)
    return None


def membership(value: object, options: Sequence[object]) -> object:
    found: object = False
    for option in options:
        found = combine("or", found, combine("==", value, option))
    return found


def choose(node: Choice, scope: Scope) -> object:
    """`a if c else b`: an open condition gives neither."""
    condition = evaluate(node.condition, scope)
    if condition is None:
        return None
    return evaluate(node.then if condition is True else node.otherwise, scope)


def called(call: Call, scope: Scope) -> object:
    if call.function in ROWWISE and (len(call.arguments) < 2 or call.function == "sort"):
        return aggregated(call, scope)
    return of_singles(call.function, [evaluate(each, scope) for each in call.arguments], scope)


def of_singles(function: str, values: list[object], scope: Scope) -> object:
    """A function of single values; a wrong number of them is missing."""
    match function, values:
        case "abs", [value]:
            return functions.absolute(value)
        case "clamp", [value, low, high]:
            return functions.clamp(value, low, high)
        case "round15", [value]:
            return functions.round15(value)
        case "date", [value]:
            return functions.date_of(value)
        case "days_since", [value]:
            return functions.days_since(value, scope.now)
        case "elapsed_min", [start, end]:
            return functions.elapsed_minutes(start, end, scope.day)
        case (("min" | "max"), [_, _, *_]):
            return functions.AGGREGATES[function](values)
    return None


def aggregated(call: Call, scope: Scope) -> object:
    """An aggregate with its clauses, in this order: the rows, `where`, `by`, the function."""
    rows = rows_for(call, scope)
    if rows is None:
        return None
    if not rows.rows:
        return functions.OF_NOTHING.get(call.function) if scope.entries is None else None
    if call.where is not None:
        fits = [evaluate(call.where, each) for each in rows.scopes]
        if any(fit is None for fit in fits):
            return None
        rows = rows.only([fit is True for fit in fits])
    return applied(call, rows) if call.by is None else grouped(call, call.by, rows)


def rows_for(call: Call, scope: Scope) -> Rows | None:
    if scope.entries is not None:
        members = within(scope.entries, call.days or scope.days, scope.now)
        argument = call.arguments[0] if call.arguments else Literal(True)
        values = tuple(evaluate(argument, member) for member in members)
        return Rows(members, values, tuple(member.values for member in members))
    column = evaluate(call.arguments[0], scope) if call.arguments else None
    if not isinstance(column, Column):
        return None
    inner = tuple(
        replace(scope, values=row if isinstance(row, Mapping) else {}, around=scope) for row in column.rows
    )
    return Rows(inner, column.values, column.rows)


def within(entries: tuple[Scope, ...], days: int | None, now: datetime) -> tuple[Scope, ...]:
    """The entries of the last days, ending on the local date; all of them when no number of days is given."""
    if days is None:
        return entries
    today = local_date(now)
    earliest = today - timedelta(days=days - 1)
    return tuple(entry for entry in entries if entry.day and earliest <= entry.day <= today)


def grouped(call: Call, by: Node, rows: Rows) -> Grouped | None:
    places: dict[object, list[int]] = {}
    for place, member in enumerate(rows.scopes):
        key = evaluate(by, member)
        if kind_of(key) not in ("missing", "other"):
            places.setdefault(key, []).append(place)
    if not places:
        return None
    return Grouped({key: applied(call, rows.at(found)) for key, found in places.items()})


def applied(call: Call, rows: Rows) -> object:
    if call.function in ("argmax", "argmin"):
        return functions.extreme_row(rows.values, rows.rows, highest=call.function == "argmax")
    if call.function == "sort":
        return in_order(call, rows)
    return functions.AGGREGATES[call.function](rows.values)


def in_order(call: Call, rows: Rows) -> Column | None:
    """The rows by a key, equals in the order they were written; a missing key makes the order missing."""
    if len(call.arguments) != 2:
        return None
    keys = functions.numbers_of([evaluate(call.arguments[1], each) for each in rows.scopes])
    if keys is None:
        return None
    places = sorted(range(len(keys)), key=lambda place: -keys[place] if call.descending else keys[place])
    ordered = tuple(rows.rows[place] for place in places)
    return Column(ordered, ordered)
