"""The data inventory: decides whether every field of every model has a data class."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

FILE = Path(__file__).with_name("data_classes.json")
WHERE = "ikbt/privacy/data_classes.json"


@dataclass(frozen=True)
class DataClass:
    """One class of data: what it is, whether the person gets it in her export, and how long it is kept."""

    about: str
    exported: bool
    rule: str


@dataclass(frozen=True)
class KeepRule:
    """How long; `days` is None where no number of days can say it."""

    kept: str
    source: str
    days: int | None


@dataclass(frozen=True)
class ModelEntry:
    """What the file says of one model.

    `owner` holds lookups that all lead to the person whose data a row is; empty when `nobody` says why there
    is none. `rule` overrides the classes' rules; `draft_rule` is that of what is still a draft.
    """

    fields: dict[str, str]
    owner: tuple[str, ...] = ()
    nobody: str = ""
    rule: str = ""
    draft_rule: str = ""


@dataclass(frozen=True)
class Package:
    """The models of somebody else's app, classed as a whole."""

    about: str
    data_class: str
    rule: str


@dataclass(frozen=True)
class Declared:
    """The whole file."""

    classes: dict[str, DataClass]
    rules: dict[str, KeepRule]
    models: dict[str, ModelEntry]
    packages: dict[str, Package]

    def rule_of(self, label: str, name: str) -> str:
        """The key of the rule that holds for one field."""
        entry = self.models[label]
        if entry.draft_rule and entry.fields[name] == "health_draft":
            return entry.draft_rule
        return entry.rule or self.classes[entry.fields[name]].rule

    def exported(self, label: str) -> list[str]:
        """The fields of a model that its owner gets in her export."""
        entry = self.models[label]
        return [name for name, kind in entry.fields.items() if entry.owner and self.classes[kind].exported]


@dataclass(frozen=True)
class Found:
    """A model as the code has it: its own fields, and which models its foreign keys lead to."""

    fields: tuple[str, ...]
    leads_to: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Row:
    """One line of the inventory."""

    model: str
    field: str
    data_class: str
    rule: str
    exported: bool


def load(path: Path = FILE) -> Declared:
    """Read the file; raises KeyError or TypeError when its shape is wrong."""
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Declared(
        classes={key: DataClass(**row) for key, row in document["classes"].items()},
        rules={key: KeepRule(**row) for key, row in document["rules"].items()},
        models={
            label: ModelEntry(**{**row, "owner": tuple(row.get("owner", ()))})
            for label, row in document["models"].items()
        },
        packages={
            label: Package(about=row["about"], data_class=row["class"], rule=row["rule"])
            for label, row in document["other_packages"].items()
        },
    )


def problems(declared: Declared, found: Mapping[str, Found], others: Sequence[str]) -> list[str]:
    """Sentences that say what to add to the file or take from it; empty when file and code agree.

    `found` holds our models by label, `others` the labels of the other packages' apps that have models.
    """
    sentences = [
        *_field_problems(declared, found),
        *_word_problems(declared),
        *_owner_problems(declared, found),
    ]
    for app in sorted(set(others) - set(declared.packages)):
        sentences.append(f'The package "{app}" has tables: add it to "other_packages" in {WHERE}.')
    return sentences


def _field_problems(declared: Declared, found: Mapping[str, Found]) -> Iterator[str]:
    for label in sorted(set(declared.models) - set(found)):
        yield f'{label} does not exist: take it out of "models" in {WHERE}.'
    for label, model in sorted(found.items()):
        entry = declared.models.get(label)
        if entry is None:
            yield (
                f'{label} has no entry: add it to "models" in {WHERE}, with "owner" or "nobody" '
                f"and a data class for each of {', '.join(model.fields)}."
            )
            continue
        for name in model.fields:
            if name not in entry.fields:
                classes = ", ".join(declared.classes)
                yield f"{label}.{name} has no data class: add it to {label} in {WHERE} (one of {classes})."
        for name in entry.fields:
            if name not in model.fields:
                yield f"{label}.{name} does not exist: take it out of {label} in {WHERE}."


def _word_problems(declared: Declared) -> Iterator[str]:
    for label, entry in declared.models.items():
        for name, kind in entry.fields.items():
            if kind not in declared.classes:
                yield f'{label}.{name} is of the class "{kind}", which {WHERE} does not know.'
    for whose, rule in _rules_used(declared):
        if rule and rule not in declared.rules:
            yield f'{whose} is kept by the rule "{rule}", which {WHERE} does not know.'


def _rules_used(declared: Declared) -> Iterator[tuple[str, str]]:
    """Who is kept by which rule; the rule may be empty."""
    for label, entry in declared.models.items():
        yield label, entry.rule
        yield label, entry.draft_rule
    yield from ((key, one.rule) for key, one in declared.classes.items())
    yield from ((app, one.rule) for app, one in declared.packages.items())


def _owner_problems(declared: Declared, found: Mapping[str, Found]) -> Iterator[str]:
    owned = {label for label, entry in declared.models.items() if entry.owner}
    for label, entry in declared.models.items():
        if bool(entry.owner) == bool(entry.nobody):
            yield f'{label} needs either "owner" or "nobody" (a sentence that says why) in {WHERE}.'
        leads_to_person = label in found and bool(found[label].leads_to & owned)
        if leads_to_person and not entry.owner and len(entry.nobody) < 20:
            yield f'{label} leads to a person: say in {WHERE} who the "owner" is, or at length why "nobody".'


def rows(declared: Declared) -> list[Row]:
    """A line for each field, in the order of the file."""
    return [
        Row(label, name, kind, declared.rule_of(label, name), name in declared.exported(label))
        for label, entry in declared.models.items()
        for name, kind in entry.fields.items()
    ]


def as_json(declared: Declared) -> str:
    """The inventory for machines."""
    document = {
        "classes": {key: asdict(one) for key, one in declared.classes.items()},
        "rules": {key: asdict(one) for key, one in declared.rules.items()},
        "fields": [asdict(row) for row in rows(declared)],
        "other_packages": {key: asdict(one) for key, one in declared.packages.items()},
    }
    return json.dumps(document, ensure_ascii=False, indent=1)
