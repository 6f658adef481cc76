"""Moves one patient forward to a later main version, with a reason; nothing she has written is lost or misread."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.treatments.models import ModuleProgress, Treatment, TreatmentEvent, WorksheetEntry
from ikbt.treatments.reading import forget_outline, outline_of
from ikbt.treatments.summarising import summarise
from ikbt.treatments.version_preview import ModuleFate, module_fate
from programs.models import Activation, FrozenModule, ProgramVersion

LEAST_WORDS = 10


@dataclass(frozen=True)
class Preview:
    """What the move would mean: open modules step by step, and what comes and goes of those she has not opened."""

    version: ProgramVersion
    modules: list[ModuleFate]
    new_titles: list[str]
    gone_titles: list[str]


def later_version(treatment: Treatment) -> ProgramVersion | None:
    """The main version after hers that her unit treats by now; None when there is none. One query."""
    found = (
        Activation.objects.running()
        .at_unit(treatment.unit_id)
        .filter(program=treatment.version.program_id, version__major__gt=treatment.version.major)
        .filter(version__withdrawal=None)
        .select_related("version")
        .first()
    )
    return found.version if found else None


def preview(treatment: Treatment, version: ProgramVersion) -> Preview:
    """Read before the move, and again under its lock."""
    rows = list(treatment.progress.select_related("module"))
    opened = {row.module_key for row in rows}
    before = _closed_titles(outline_of(treatment), opened)
    after = _closed_titles(version.outline, opened)
    return Preview(
        version,
        _fates(treatment, rows, version),
        new_titles=[title for key, title in after.items() if key not in before],
        gone_titles=[title for key, title in before.items() if key not in after],
    )


def _fates(treatment: Treatment, rows: list[ModuleProgress], version: ProgramVersion) -> list[ModuleFate]:
    targets = dict(version.modules.values_list("key", "document"))
    entries, found = _entries(treatment), []
    for row in rows:
        read = _as_read(row, treatment)
        if read is not None:
            handed_in = row.submitted_at is not None
            new = targets.get(row.module_key)
            found.append(module_fate(read.document, new, handed_in=handed_in, entries=entries))
    return found


def _closed_titles(outline: Mapping[str, Any], opened: Collection[str]) -> dict[str, str]:
    return {one["key"]: one["title"] for one in outline["modules"] if one["key"] not in opened}


def move_treatment(
    treatment: Treatment,
    version: ProgramVersion,
    *,
    modules: Collection[str],
    reason: str,
    moved_by: Person,
    by: Actor,
    at: datetime,
) -> Treatment:
    """Let the treatment go on by a later main version that its unit treats by.

    `modules`: keys of open modules that she reads in the new wording from now on; the others stay as she read them, and
    modules that are not open come from the new version. Entries stay under their keys, each with the module it was
    written in. What is planned to be measured stays planned. Raises ValidationError with a sentence.
    """
    if len(reason.strip()) < LEAST_WORDS:
        raise ValidationError(_("Say why the patient is moved, in a sentence."), code="reason")
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit")
        locked = rows.get(pk=treatment.pk)
        _guard(locked, version)
        _refuse_immovable(preview(locked, version), modules)
        earlier = locked.version
        _pin(locked, version, modules)
        locked.version = version
        locked.save(update_fields=["version"])
        forget_outline(locked)
        summarise(locked, at=at)
        TreatmentEvent.objects.create(
            treatment=locked,
            kind=TreatmentEvent.Kind.VERSION_CHANGED,
            at=at,
            actor=moved_by,
            reason=reason.strip(),
            details={"from": earlier.number, "to": version.number, "modules": sorted(modules)},
        )
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="program of a treatment",
            object_id=locked.pk,
            patient=locked.patient_id,
            reason=f"{earlier.number} to {version.number}",
        )
        push_on_commit(treatment_group(locked.pk), "module")
    return locked


def _guard(treatment: Treatment, version: ProgramVersion) -> None:
    if not treatment.is_running:
        raise ValidationError(_("The treatment is not running."))
    later = later_version(treatment)
    if later is None or later.pk != version.pk:
        raise ValidationError(
            _("The unit does not treat by that version any more, or the patient is on it already."),
            code="version",
        )


def _refuse_immovable(found: Preview, modules: Collection[str]) -> None:
    movable = {one.key for one in found.modules if one.may_move}
    if not movable.issuperset(modules):
        raise ValidationError(
            _("The patient has worked more since you read this. Look at it again."), code="modules"
        )


def _pin(treatment: Treatment, version: ProgramVersion, modules: Collection[str]) -> None:
    targets = dict(version.modules.values_list("key", "pk"))
    places = {key: place for place, key in enumerate(targets, start=1)}
    for row in ModuleProgress.objects.select_for_update(of=("self",)).filter(treatment=treatment):
        read = _as_read(row, treatment)
        row.module = read
        if row.module_key in modules and read is not None:
            row.earlier = [*row.earlier, str(read.pk)]
            row.module_id = targets[row.module_key]
        row.position = places.get(row.module_key, row.position)
        row.save(update_fields=["module", "earlier", "position", "updated_at"])


def _as_read(row: ModuleProgress, treatment: Treatment) -> FrozenModule | None:
    if row.module_id is not None:
        return row.module
    return FrozenModule.objects.filter(version=treatment.version_id, key=row.module_key).first()


def _entries(treatment: Treatment) -> dict[str, int]:
    rows = WorksheetEntry.objects.filter(treatment=treatment).order_by()
    return dict(rows.values_list("step_key").annotate(Count("id")))
