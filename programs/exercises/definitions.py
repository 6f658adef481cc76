"""Decides what an exercise type is: its fields, formulas and checks, read strictly from data.

The data is a file of programs/definitions or the copy that a frozen program version carries; both go through
`definition_from`, which refuses what it doesn't know, so that a misspelt key never passes in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType

from programs.exercises.formula_names import refuse_unknown_names
from programs.exercises.layout import DEFAULTS, Layout, layout_from, refuse_unknown_places
from programs.exercises.structure import DefinitionError, Reader

FOLDER = Path(__file__).resolve().parent.parent / "definitions"
FORMAT = "ikbt-exercise/1"
FIELD_TYPES = frozenset(
    {
        *("text", "longtext", "choice", "multichoice", "scale", "integer", "duration_min"),
        *("bool", "date", "time", "datetime", "ref", "list"),
    }
)
NUMBER_TYPES = frozenset({"scale", "integer", "duration_min"})
CHOICE_TYPES = frozenset({"choice", "multichoice"})
SCOPES = frozenset({"entry", "item", "series", "week", "program"})

Labels = Mapping[str, str]


@dataclass(frozen=True)
class Option:
    value: str
    label: Labels


@dataclass(frozen=True)
class FieldDefinition:
    """One question. `min`, `max` bound numbers; for texts `max` is the longest length, for lists the item
    counts hold.

    `default` is what a new entry begins with, `chips` are figures to choose by one tap, `sort_by` names the figure
    that puts rows in order, `shows` the answer that stands beside this one."""

    name: str
    label: Labels
    type: str
    required: bool
    help: Labels | None = None
    unit: str = ""
    min: int | None = None
    max: int | None = None
    step: int | None = None
    options: tuple[Option, ...] = ()
    fields: tuple[FieldDefinition, ...] = ()
    min_items: int = 0
    max_items: int | None = None
    source: str = ""
    anchors: Mapping[str, Labels] = field(default_factory=dict)
    evening: bool = False
    free_text_risk_scan: bool = False
    default: str = ""
    chips: tuple[int, ...] = ()
    sort_by: str = ""
    shows: str = ""

    @property
    def holds_number(self) -> bool:
        return self.type in NUMBER_TYPES


@dataclass(frozen=True)
class DerivedDefinition:
    name: str
    scope: str
    formula: str
    unit: str
    label: Labels
    note: str = ""


@dataclass(frozen=True)
class CheckDefinition:
    """A rule across fields: when its formula is false the message is shown at `field`; None (missing) is no
    fault."""

    field: str
    formula: str
    blocks: bool
    message: Labels


@dataclass(frozen=True)
class ExerciseDefinition:
    """One exercise type. `document` is the data it came from, `content_hash` its SHA-256."""

    id: str
    name: Labels
    repeatable: bool
    cadence: str
    fields: tuple[FieldDefinition, ...]
    derived: tuple[DerivedDefinition, ...]
    checks: tuple[CheckDefinition, ...]
    parameters: Mapping[str, int]
    context: Mapping[str, str]
    one_per_date: bool
    layout: Layout
    document: Mapping[str, object]
    content_hash: str

    def asked(self, only: Collection[str] | None = None) -> tuple[FieldDefinition, ...]:
        """The fields a step asks: all of them, or those it names."""
        return tuple(each for each in self.fields if only is None or each.name in only)

    @property
    def dated_by(self) -> FieldDefinition | None:
        """The first required date or date-time: what places an entry in a week; None means when it was
        created."""
        dated = (each for each in self.fields if each.required and each.type in ("date", "datetime"))
        return next(dated, None)


def content_hash(document: Mapping[str, object]) -> str:
    """SHA-256 of the data as canonical JSON: the same whatever order the keys stand in."""
    canonical = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8", "backslashreplace")).hexdigest()


def definition_from(data: Mapping[str, object]) -> ExerciseDefinition:
    """The exercise type in one document; raises DefinitionError that names the key at fault."""
    reader = Reader(data, "exercise")
    if reader.text("format") != FORMAT:
        raise DefinitionError(f"exercise: format is not {FORMAT}")
    exercise = ExerciseDefinition(
        id=reader.name("id"),
        name=reader.labels("name"),
        repeatable=reader.truth("repeatable"),
        cadence=reader.text("cadence"),
        fields=tuple(field_from(each, nested=False) for each in reader.children("fields")),
        derived=tuple(derived_from(each) for each in reader.children("derived")),
        checks=tuple(check_from(each) for each in reader.children("checks", [])),
        parameters=reader.integers("parameters"),
        context=reader.texts("context"),
        one_per_date=reader.truth("one_per_date", False),
        layout=layout_from(reader.child("layout")),
        document=MappingProxyType(dict(data)),
        content_hash=content_hash(data),
    )
    reader.ignore("visualisation", "example", "used_in", "notes")
    reader.finish()
    refuse_unknown_names(exercise)
    refuse_unknown_places(
        exercise.layout, exercise.fields, [each.name for each in exercise.derived], exercise.id
    )
    return exercise


def field_from(reader: Reader, *, nested: bool) -> FieldDefinition:
    kind = reader.text("type")
    if kind not in FIELD_TYPES or (nested and kind == "list"):
        raise DefinitionError(f"{reader.at}: no field type {kind!r} here")
    found = FieldDefinition(
        name=reader.name("name"),
        label=reader.labels("label"),
        type=kind,
        required=reader.truth("required"),
        help=reader.labels("help") if "help" in reader.data else None,
        unit=reader.text("unit", ""),
        min=reader.integer("min"),
        max=reader.integer("max"),
        step=reader.integer("step"),
        options=tuple(option_from(each) for each in reader.children("options", [])),
        fields=tuple(field_from(each, nested=True) for each in reader.children("fields", [])),
        min_items=reader.integer("min_items") or 0,
        max_items=reader.integer("max_items"),
        source=reader.text("source", ""),
        anchors=reader.labels_by_key("anchors"),
        evening=reader.truth("evening", False),
        free_text_risk_scan=reader.truth("free_text_risk_scan", False),
        default=reader.text("default", ""),
        chips=reader.numbers("chips"),
        sort_by=reader.text("sort_by", ""),
        shows=reader.text("shows", ""),
    )
    reader.finish()
    refuse_incomplete(found, reader.at)
    return found


def refuse_incomplete(found: FieldDefinition, at: str) -> None:
    """A choice needs options, a list fields, a number its bounds; names stand once."""
    needs = {
        "options": found.type in CHOICE_TYPES,
        "fields": found.type == "list",
        "source": found.type == "ref",
    }
    for key, needed in needs.items():
        if bool(getattr(found, key)) != needed:
            raise DefinitionError(f"{at}.{key}: {'missing' if needed else 'has no place in a ' + found.type}")
    refuse_unbounded(found, at)
    if found.default not in DEFAULTS:
        raise DefinitionError(f"{at}.default: no default {found.default!r}")
    values = [option.value for option in found.options]
    if len(set(values)) != len(values):
        raise DefinitionError(f"{at}.options: a value stands twice")


def refuse_unbounded(found: FieldDefinition, at: str) -> None:
    if not found.holds_number:
        return
    if found.min is None or found.max is None or found.min > found.max:
        raise DefinitionError(f"{at}: a number needs min and max")
    if found.type == "scale" and not found.step:
        raise DefinitionError(f"{at}: a scale needs a step")


def option_from(reader: Reader) -> Option:
    labels = {language: reader.text(language) for language in ("en", "sv")}
    found = Option(reader.text("value"), MappingProxyType(labels))
    reader.finish()
    return found


def derived_from(reader: Reader) -> DerivedDefinition:
    found = DerivedDefinition(
        name=reader.name("name"),
        scope=reader.text("scope"),
        formula=reader.formula("formula"),
        unit=reader.text("unit"),
        label=reader.labels("label"),
        note=reader.text("note", ""),
    )
    reader.finish()
    if found.scope not in SCOPES:
        raise DefinitionError(f"{reader.at}.scope: no scope {found.scope!r}")
    return found


def check_from(reader: Reader) -> CheckDefinition:
    found = CheckDefinition(
        field=reader.name("field"),
        formula=reader.formula("formula"),
        blocks=reader.truth("blocks"),
        message=reader.labels("message"),
    )
    reader.finish()
    return found


@cache
def load_all() -> Mapping[str, ExerciseDefinition]:
    """Every exercise type of programs/definitions by id; read once."""
    found: dict[str, ExerciseDefinition] = {}
    for path in sorted(FOLDER.glob("[!_]*.json")):
        exercise = definition_from(json.loads(path.read_text(encoding="utf-8")))
        if exercise.id != path.stem:
            raise DefinitionError(f"{path.name} holds {exercise.id}")
        found[exercise.id] = exercise
    return MappingProxyType(found)
