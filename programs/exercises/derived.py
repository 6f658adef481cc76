"""Decides the computed values of an exercise: of one entry, of a week, of a series, and across exercises."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ikbt.common.clock import local_date, midnight
from programs.exercises.definitions import DerivedDefinition, ExerciseDefinition, Labels
from programs.exercises.formula import Scope, evaluate
from programs.exercises.grammar import parse
from programs.exercises.values import entry_of, number, outside_value, plain

ENTRY_SCOPES = frozenset({"entry", "item"})
DAYS_A_WEEK = 7

Entry = Mapping[str, object]


@dataclass(frozen=True)
class DerivedValue:
    """One computed value as JSON (number, truth, text, list, mapping by group); None is missing, never 0."""

    name: str
    scope: str
    value: object
    unit: str
    label: Labels


def shown(derived: DerivedDefinition, value: object) -> DerivedValue:
    return DerivedValue(derived.name, derived.scope, plain(value), derived.unit, derived.label)


def given_scope(definition: ExerciseDefinition, context: Entry | None, now: datetime) -> Scope:
    """Parameters of the exercise, and over them what the caller gives; dotted context names become
    mappings."""
    values: dict[str, object] = {name: number(value) for name, value in definition.parameters.items()}
    for name in definition.context:
        values.setdefault(name.split(".")[0], None)
    for name, value in (context or {}).items():
        values[name] = outside_value(value)
    return Scope(values, now)


def entry_scope(definition: ExerciseDefinition, entry: object, given: Scope) -> Scope:
    """An entry with its own computed values among the names, each able to use the ones before it."""
    values = entry_of(definition, entry)
    scope = Scope(values, given.now, date_in(definition, values), given)
    for derived in definition.derived:
        if derived.scope in ENTRY_SCOPES:
            values[derived.name] = evaluate(parse(derived.formula), scope)
    return scope


def date_in(definition: ExerciseDefinition, values: Mapping[str, object]) -> date | None:
    """The local date an entry belongs to: its first required date or moment, else when it was created."""
    placed = values[definition.dated_by.name] if definition.dated_by else values["created"]
    if isinstance(placed, datetime):
        return local_date(placed)
    return placed if isinstance(placed, date) else None


def in_time(definition: ExerciseDefinition, scopes: Sequence[Scope]) -> list[Scope]:
    """Entries in the order they belong; where a date has one entry, the later one given replaces the
    earlier."""
    placed = sorted(scopes, key=lambda scope: moment_of_entry(definition, scope))
    if not definition.one_per_date:
        return placed
    latest = {scope.day: scope for scope in placed if scope.day is not None}
    return [scope for scope in placed if scope.day is None or latest[scope.day] is scope]


def moment_of_entry(definition: ExerciseDefinition, scope: Scope) -> float:
    """Seconds for sorting: the moment itself where the exercise has one, else the day's first."""
    placed = scope.values[definition.dated_by.name] if definition.dated_by else scope.values["created"]
    if isinstance(placed, datetime):
        return placed.timestamp()
    return midnight(scope.day).timestamp() if scope.day else float("-inf")


def derive_entry(
    definition: ExerciseDefinition, entry: Entry, *, now: datetime, context: Entry | None = None
) -> list[DerivedValue]:
    """The values of one entry, in the order of the definition; an item value is a list with one value per
    row."""
    scope = entry_scope(definition, entry, given_scope(definition, context, now))
    return [shown(each, scope.values[each.name]) for each in definition.derived if each.scope in ENTRY_SCOPES]


def derive(
    definition: ExerciseDefinition,
    entries: Sequence[Entry],
    *,
    now: datetime,
    context: Entry | None = None,
) -> list[DerivedValue]:
    """The values of the series, the week that ends on the local date of `now`, and the program.

    `entries` are handed-in answers, each with `created` (an aware datetime) beside its fields.
    """
    given = given_scope(definition, context, now)
    placed = in_time(definition, [entry_scope(definition, entry, given) for entry in entries])
    latest = dict(placed[-1].values) if placed else {}
    found: list[DerivedValue] = []
    for derived in definition.derived:
        if derived.scope not in ENTRY_SCOPES:
            scope = outer_scope(derived, latest, placed, given)
            value = evaluate(parse(derived.formula), scope)
            latest[derived.name] = value
            found.append(shown(derived, value))
    return found


def outer_scope(
    derived: DerivedDefinition, latest: Mapping[str, object], placed: Sequence[Scope], given: Scope
) -> Scope:
    """Program values come from context alone; a week looks at seven days, a series at every entry."""
    if derived.scope == "program":
        return Scope(latest, given.now, around=given)
    days = DAYS_A_WEEK if derived.scope == "week" else None
    return Scope(latest, given.now, around=given, entries=tuple(placed), days=days)


def gather_context(
    definition: ExerciseDefinition,
    definitions: Mapping[str, ExerciseDefinition],
    series: Mapping[str, Sequence[Entry]],
    *,
    now: datetime,
) -> dict[str, object]:
    """What an exercise's formulas take from other exercises, for `context` of `derive`.

    `definition.context` names the sources as "exercise.value": a computed value of the week, else of the
    latest entry,
    else a field of the latest entry; "exercise.*" is every entry with its computed values. Missing ones are
    None.
    """
    found: dict[str, object] = {}
    for name, source in definition.context.items():
        exercise, _, wanted = source.partition(".")
        other = definitions.get(exercise)
        entries = series.get(exercise, ())
        value = None if other is None else value_from(other, entries, wanted, now)
        outer, _, inner = name.partition(".")
        if not inner:
            found[outer] = value
            continue
        held = found.setdefault(outer, {})
        if isinstance(held, dict):
            held[inner] = value
    return found


def value_from(other: ExerciseDefinition, entries: Sequence[Entry], wanted: str, now: datetime) -> object:
    given = given_scope(other, None, now)
    placed = in_time(other, [entry_scope(other, entry, given) for entry in entries])
    if wanted == "*":
        return [plain(scope.values) for scope in placed]
    for derived in derive(other, entries, now=now):
        if derived.name == wanted:
            return derived.value
    return plain(placed[-1].values.get(wanted)) if placed else None
