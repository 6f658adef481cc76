"""What the catalogue tells of one program: its content, its versions, who treats by it, what is asked at one's unit."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator

from ikbt.accounts.models import CareUnit
from ikbt.common import clock
from measurements.unit_instruments import instruments_of
from programs.asking import Asked, asked_at
from programs.catalogue_terms import Condition, Evidence
from programs.languages import language_name
from programs.models import Activation, Program, ProgramVersion
from programs.tailoring.path import counted

VERSIONS_A_PAGE = 20


@dataclass(frozen=True)
class AtUnit:
    """One of the reader's units: by which number it treats, and what it can ask."""

    unit: CareUnit
    activation: Activation | None
    asked: list[Asked]

    @property
    def asks_of_suicide(self) -> bool:
        """Whether a questionnaire that asks about suicide is among them."""
        return any(one.asks_of_suicide for one in self.asked)


@dataclass(frozen=True)
class ProgramShown:
    """One program, by one of its versions."""

    program: Program
    version: ProgramVersion
    versions: Page[ProgramVersion]
    at_units: list[AtUnit]
    used_by: list[Activation]
    other_languages: list[tuple[str, Program]]

    @property
    def outline(self) -> dict[str, Any]:
        """The version's own words."""
        found: dict[str, Any] = self.version.outline
        return found

    @property
    def language(self) -> str:
        """The language's name."""
        return language_name(self.outline["language"])

    @property
    def modules(self) -> int:
        """How many everybody has."""
        return len(counted(self.outline))

    @property
    def minutes(self) -> int:
        """Of reading and writing, all modules together that everybody has."""
        return sum(module.get("minutes", 0) for module in counted(self.outline))

    @property
    def conditions(self) -> list[str]:
        """What it is for, in words."""
        known = dict(Condition.choices)
        return [str(known.get(name, name)) for name in self.outline.get("conditions", [])]

    @property
    def evidence(self) -> tuple[str, str]:
        """What the effect rests on: a word of ours, and the authors' own."""
        told = self.outline.get("evidence", {})
        return str(dict(Evidence.choices).get(told.get("level", ""), "")), told.get("words", "")


def show(
    program: Program, version: ProgramVersion, units: Collection[UUID], *, page: str | None
) -> ProgramShown:
    """Everything the page tells; the number of queries grows with the reader's units only."""
    versions = program.versions.select_related("withdrawal", "published_by").defer("outline", "facts")
    running = list(
        Activation.objects.running()
        .filter(program=program)
        .select_related("unit", "version")
        .defer("version__outline")
        .order_by("unit__name")
    )
    own = {one.unit_id: one for one in running if one.unit_id in units}
    return ProgramShown(
        program=program,
        version=version,
        versions=Paginator(versions, VERSIONS_A_PAGE).get_page(page),
        at_units=[at_unit(version, unit, own.get(unit.pk)) for unit in CareUnit.objects.filter(pk__in=units)],
        used_by=running,
        other_languages=other_languages(program, version),
    )


def at_unit(version: ProgramVersion, unit: CareUnit, activation: Activation | None) -> AtUnit:
    """How a unit of the reader's stands to the version."""
    return AtUnit(unit, activation, asked_at(version.outline, instruments_of(unit, on=clock.today())))


def newest_of(program: Program) -> ProgramVersion | None:
    """The newest version that stands, else the newest of all; None before the first."""
    versions = program.versions.select_related("withdrawal")
    return versions.released().first() or versions.first()


def other_languages(program: Program, version: ProgramVersion) -> list[tuple[str, Program]]:
    """The same program in other languages: of one unit, tied by what each translates."""
    source = version.facts.get("translates") or program.key
    siblings = (
        ProgramVersion.objects.current()
        .filter(program__unit=program.unit_id)
        .exclude(program=program.pk)
        .select_related("program")
        .defer("outline")
    )
    return [
        (language_name(one.facts["language"]), one.program)
        for one in siblings
        if one.facts and source in (one.facts["translates"], one.program.key)
    ]
