"""Decides which version of each module a patient reads: the one it was opened from, else the newest of hers.

A treatment points to the version it started on, or was moved to. What has been opened stays as it was read. What has
not comes from the newest version with the same first number that has not been withdrawn, an earlier one too; where her
unit lets no smaller change take over by itself, from none later than the one it has chosen.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, UUIDField, Value, When
from django.db.models.functions import Coalesce, Greatest

from ikbt.treatments.models import ModuleProgress, Treatment, WorksheetEntry
from programs.freezing import exercises_in
from programs.models import Activation, FrozenModule, ProgramVersion
from programs.standing import outlines_kept

Outline = dict[str, Any]
# Of one treatment: a module's key to the version it was opened from.
Pins = Mapping[str, UUID]
# Where a version is read: its id and the care unit's.
Place = tuple[UUID, UUID]
# SQLite puts at most 500 parts together.
UNITS_AT_ONCE = 100
# Higher than any: the largest number that the column holds.
ANY_MINOR = 2**31 - 1
_KEPT = "_outline_as_read"
# What the program says of its modules from outside them.
_ABOUT_MODULES = ("subtypes", "choices")


def outline_of(treatment: Treatment) -> Outline:
    """Her program's outline, each module as she reads it; two queries the first time, then none.

    Weeks and measures are those of the version that the treatment points to: what is planned stays planned.
    """
    if _KEPT not in treatment.__dict__:
        outlines_of([treatment], pins_of([treatment]))
    kept: Outline = treatment.__dict__[_KEPT]
    return kept


def forget_outline(treatment: Treatment) -> None:
    """For whoever opens or moves a module and goes on with the same instance."""
    treatment.__dict__.pop(_KEPT, None)


def pins_of(treatments: Iterable[Treatment]) -> dict[UUID, dict[str, UUID]]:
    """From which version each open module was opened; one query for all."""
    found: dict[UUID, dict[str, UUID]] = {treatment.pk: {} for treatment in treatments}
    rows = ModuleProgress.objects.filter(treatment__in=list(found)).values_list(
        "treatment", "module_key", "module__version", "treatment__version"
    )
    for treatment, key, pinned, started in rows:
        found[treatment][key] = started if pinned is None else pinned
    return found


def outlines_of(treatments: Iterable[Treatment], pins: Mapping[UUID, Pins]) -> dict[UUID, Outline]:
    """The outlines of many, by the treatment's id; at most two queries for all. Each treatment keeps its own."""
    listed = list(treatments)
    newest = newest_at(place_of(one) for one in listed)
    wanted = {*newest.values(), *(version for opened in pins.values() for version in opened.values())}
    known = {one.version_id: one.version.outline for one in listed if "version" in one._state.fields_cache}
    missing = (wanted | {one.version_id for one in listed}) - set(known)
    outlines = {**known, **outlines_kept(missing)}
    found = {}
    for one in listed:
        started, latest = outlines[one.version_id], outlines[newest[place_of(one)]]
        found[one.pk] = one.__dict__[_KEPT] = _as_read(started, latest, pins[one.pk], outlines)
    return found


def place_of(treatment: Treatment) -> Place:
    """The version she started on, at her unit."""
    return treatment.version_id, treatment.unit_id


def newest_at(places: Iterable[Place]) -> dict[Place, UUID]:
    """The newest version that stands of each one's first number and that its unit lets in.

    What its owner has taken back gives way also to one that the unit has not chosen. Itself when none stands: the
    owner has then left nothing else to read, and a course must not stop halfway. One query for a hundred units.
    """
    versions: dict[UUID, set[UUID]] = defaultdict(set)
    for version, unit in places:
        versions[unit].add(version)
    # One part for each unit: a join over treatments would be asked for every patient of the region.
    parts = [_newest_at_unit(unit, held) for unit, held in versions.items()]
    found: dict[Place, UUID] = {}
    for first in range(0, len(parts), UNITS_AT_ONCE):
        part, *others = parts[first : first + UNITS_AT_ONCE]
        rows = part.union(*others, all=True) if others else part
        found.update({(version, unit): newest for version, unit, newest in rows})
    return found


def newest_of(version: UUID) -> UUID:
    """The newest version that stands of its first number, whatever any unit has chosen: for what its owner mends."""
    rows = ProgramVersion.objects.filter(pk=version)
    found: UUID = rows.values_list(Coalesce(Subquery(_standing().values("pk")[:1]), "pk"), flat=True).get()
    return found


def _newest_at_unit(unit: UUID, versions: Iterable[UUID]) -> QuerySet[ProgramVersion, Any]:
    let_in = _standing().filter(minor__lte=OuterRef("latest"))
    rows = ProgramVersion.objects.order_by().filter(pk__in=set(versions))
    return rows.annotate(
        at_unit=Value(unit, output_field=UUIDField()),
        # Never earlier than her own: a unit that takes her over may have chosen an earlier one.
        latest=Greatest(
            Coalesce(Subquery(_latest_let_in(unit)), ANY_MINOR), F("minor"), output_field=IntegerField()
        ),
        newest=Coalesce(Subquery(let_in.values("pk")[:1]), Subquery(_standing().values("pk")[:1]), "pk"),
    ).values_list("pk", "at_unit", "newest")


def _standing() -> QuerySet[ProgramVersion]:
    same = ProgramVersion.objects.filter(program=OuterRef("program"), major=OuterRef("major"))
    rows: QuerySet[ProgramVersion] = same.filter(withdrawal=None).order_by("-minor")
    return rows


def _latest_let_in(unit: UUID) -> QuerySet[Activation, Any]:
    """The last minor number that the unit has chosen of a first number; any where it follows, none where it has
    said nothing. A choice that has ended still rules those who run: nothing else has been said of them."""
    chosen = Activation.objects.at_unit(unit).filter(
        program=OuterRef("program"), version__major=OuterRef("major")
    )
    limit = Case(
        When(follows=True, then=Value(ANY_MINOR)), default=F("version__minor"), output_field=IntegerField()
    )
    # The running one is never older than one that has ended.
    newest = chosen.order_by(F("ended_at").desc(nulls_first=True), "-activated_at")
    return newest.annotate(limit=limit).values("limit")[:1]


def _as_read(started: Outline, newest: Outline, opened: Pins, outlines: Mapping[UUID, Outline]) -> Outline:
    """The version she started on, but for its modules and what is said of them.

    Subtypes and choices are the newest, as the modules are. A subtype that is gone stays for what was opened with it.
    """
    rest = {key: value for key, value in started.items() if key not in _ABOUT_MODULES}
    about = {key: newest[key] for key in _ABOUT_MODULES if key in newest}
    if subtypes := _subtypes([newest, *(outlines[version] for version in opened.values())]):
        about["subtypes"] = subtypes
    return {**rest, **about, "modules": _modules(newest, opened, outlines)}


def _modules(newest: Outline, opened: Pins, outlines: Mapping[UUID, Outline]) -> list[dict[str, Any]]:
    """Modules in the newest order, each open one as it was opened; those that are gone keep their place."""
    as_opened = {
        module["key"]: (place, module)
        for key, version in opened.items()
        for place, module in enumerate(outlines[version]["modules"])
        if module["key"] == key
    }
    modules = [as_opened.get(one["key"], (0, one))[1] for one in newest["modules"]]
    here = {one["key"] for one in modules}
    for key, (place, module) in as_opened.items():
        if key not in here:
            modules.insert(place, module)
    return modules


def _subtypes(outlines: Iterable[Outline]) -> list[dict[str, Any]]:
    """Each subtype once, as the first outline that has it words it."""
    found: dict[str, dict[str, Any]] = {}
    for outline in outlines:
        for one in outline.get("subtypes", ()):
            found.setdefault(one["key"], one)
    return list(found.values())


def module_to_open(treatment: Treatment, module_key: str) -> FrozenModule | None:
    """The module as it would be opened now; None when her program has none with this key."""
    newest = newest_at([place_of(treatment)])[place_of(treatment)]
    return FrozenModule.objects.filter(version=newest, key=module_key).first()


def modules_read(
    treatment: Treatment, keys: Iterable[str], *, progress: Iterable[ModuleProgress] | None = None
) -> list[FrozenModule]:
    """The modules with these keys as she reads them, then as she has read them before, newest first.

    `progress`: where it is read already.
    """
    rows = ModuleProgress.objects.filter(treatment=treatment) if progress is None else progress
    asked = set(keys)
    wanted = [[row.module_id, *reversed(row.earlier)] for row in rows if row.module_key in asked]
    found = FrozenModule.objects.in_bulk([UUID(str(pk)) for ids in wanted for pk in ids if pk])
    return [found[UUID(str(pk))] for ids in wanted for pk in ids if pk]


def written_in(entry: WorksheetEntry, modules: Iterable[FrozenModule]) -> FrozenModule | None:
    """Of the modules she has read with the entry's key, newest first, the one that the entry was written in.

    The one whose step asks by the same definition; else one that has the step; else the newest.
    """
    own = [module for module in modules if module.key == entry.module_key]
    with_step = [module for module in own if _blocks_of(module, entry.step_key) is not None]
    same = [
        module
        for module in with_step
        if any(
            block.get("definition_hash") == entry.definition_hash
            for block in _blocks_of(module, entry.step_key) or ()
        )
    ]
    return next(iter([*same, *with_step, *own]), None)


def _blocks_of(module: FrozenModule, step_key: str) -> list[dict[str, Any]] | None:
    step = next((one for one in module.document["steps"] if one["key"] == step_key), None)
    return list(exercises_in(step)) if step is not None else None
