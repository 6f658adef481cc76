"""Which programs the catalogue lists, and which a filter lets through; drafts are never among them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from programs.catalogue_terms import Condition, Evidence
from programs.languages import language_name
from programs.models import Activation, ProgramVersion

LEVELS = ("primary", "specialist")


@dataclass(frozen=True)
class Entry:
    """One program by its newest version that stands; `here` is the number that a unit of the reader's treats by."""

    program_id: UUID
    owner: str
    number: str
    published_at: datetime
    facts: Mapping[str, Any]
    here: str = ""

    @property
    def language(self) -> str:
        """The language's name."""
        return language_name(self.facts["language"])

    @property
    def conditions(self) -> list[str]:
        """What it is for, in words."""
        known = dict(Condition.choices)
        return [str(known.get(name, name)) for name in self.facts["conditions"]]

    @property
    def evidence(self) -> str:
        """What the effect rests on, in words; empty when its authors have not said."""
        return str(dict(Evidence.choices).get(self.facts["evidence"], ""))


def entries(units: Collection[UUID]) -> list[Entry]:
    """All programs, by title; two queries however many there are."""
    here = {
        program: f"{major}.{minor}"
        for program, major, minor in Activation.objects.running()
        .filter(unit__in=units)
        .values_list("program", "version__major", "version__minor")
    }
    current = ProgramVersion.objects.current().values_list(
        "program", "program__unit__name", "major", "minor", "published_at", "facts"
    )
    found = [
        Entry(program, owner, f"{major}.{minor}", published_at, facts, here.get(program, ""))
        for program, owner, major, minor, published_at, facts in current
        if facts
    ]
    return sorted(found, key=lambda entry: (str(entry.facts["title"]).casefold(), entry.owner))


def chosen(found: Iterable[Entry], wanted: Mapping[str, Any]) -> list[Entry]:
    """Those that fit everything that was asked for; what was left empty asks for nothing."""
    tests = [_TESTS[name](value) for name, value in wanted.items() if value and name in _TESTS]
    return [entry for entry in found if all(test(entry) for test in tests)]


def _says(words: str) -> Any:
    parts = words.casefold().split()

    def test(entry: Entry) -> bool:
        facts = entry.facts
        told = (facts["title"], facts["summary"], facts["for_whom"], entry.owner, *entry.conditions)
        whole = " ".join(told).casefold()
        return all(part in whole for part in parts)

    return test


def _at_most_minutes(most: int) -> Any:
    return lambda entry: (
        bool(entry.facts["therapist_minutes_per_week"])
        and (entry.facts["therapist_minutes_per_week"][-1] <= most)
    )


_TESTS: dict[str, Any] = {
    "sok": _says,
    "tillstand": lambda name: lambda entry: name in entry.facts["conditions"],
    "niva": lambda level: lambda entry: level in entry.facts["level_of_care"],
    "veckor": lambda most: lambda entry: entry.facts["weeks"] <= most,
    "minuter": _at_most_minutes,
    "sprak": lambda code: lambda entry: entry.facts["language"] == code,
    "evidens": lambda level: lambda entry: entry.facts["evidence"] == level,
    "har": lambda _wanted: lambda entry: bool(entry.here),
}
