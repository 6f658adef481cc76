"""Recalls a dangerous module: hidden at once from all who read it, a task for each therapist, a notice to patients."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Actor, record
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.alerting import raise_alert
from ikbt.treatments.models import Alert, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.reading import newest_of
from programs.models import FrozenModule, Program, Recall
from programs.publishing import may_publish

LEAST_WORDS = 10
Kind = TreatmentEvent.Kind


class NotAPublisher(PermissionError):
    """She holds no running role that may release or recall at the unit that owns the program."""


def recall_module(
    program: Program,
    module_key: str,
    *,
    versions: Iterable[UUID],
    reason: str,
    message: str,
    by: Person,
    at: datetime,
) -> Recall:
    """Hide a module of these versions at once. It is quick on purpose: one publisher does it alone.

    `message` is what patients read in its place, `reason` what staff do. Each patient under way who has opened it is
    told by a neutral notice, and her therapist gets a task. Raises NotAPublisher or ValidationError.
    """
    _guard(program, by, at)
    if len(reason.strip()) < LEAST_WORDS:
        raise ValidationError(_("Say to the staff why it is recalled."), code="reason")
    if len(message.strip()) < LEAST_WORDS:
        raise ValidationError(
            _("Write to the patients what they should know, in plain words."), code="message"
        )
    with transaction.atomic():
        modules = list(
            FrozenModule.objects.filter(version__program=program, version__in=versions, key=module_key)
        )
        if not modules:
            raise ValidationError(_("Choose at least one version that has the module."), code="versions")
        made = Recall.objects.create(
            program=program,
            module_key=module_key,
            reason=reason.strip(),
            message=message.strip(),
            recalled_by=by,
            recalled_at=at,
        )
        made.modules.set(modules)
        for row in _read_by(modules):
            _tell_hidden(row, made, by=by, at=at)
        _log(Entry.Action.CREATE, made, by, f"{module_key}, {len(modules)} versions")
    return made


def ask_to_lift(recall: Recall, *, reason: str, by: Person, at: datetime) -> None:
    """The first of two who say that the module may be read again. Raises NotAPublisher or ValidationError."""
    _guard(recall.program, by, at)
    if len(reason.strip()) < LEAST_WORDS:
        raise ValidationError(_("Say why it may be read again."), code="reason")
    with transaction.atomic():
        locked = _locked(recall)
        locked.lift_asked_by, locked.lift_reason, locked.lift_asked_at = by, reason.strip(), at
        locked.save(update_fields=["lift_asked_by", "lift_reason", "lift_asked_at"])
        _log(Entry.Action.CHANGE, locked, by, "lifting asked for")


def lift(recall: Recall, *, by: Person, at: datetime) -> None:
    """The second of the two, never the one who asked. Raises NotAPublisher or ValidationError."""
    _guard(recall.program, by, at)
    with transaction.atomic():
        locked = _locked(recall)
        if locked.lift_asked_by_id is None:
            raise ValidationError(_("Somebody must ask first that it be lifted."), code="asked")
        if locked.lift_asked_by_id == by.pk:
            raise ValidationError(_("You asked for it, so somebody else has to confirm."), code="second")
        locked.lifted_by, locked.lifted_at = by, at
        locked.save(update_fields=["lifted_by", "lifted_at"])
        hidden = Recall.objects.hiding(locked.modules.values_list("pk", flat=True))
        back = [module for module in locked.modules.all() if module.pk not in hidden]
        for row in _read_by(back):
            _tell_back(row, by=by, at=at)
        _log(Entry.Action.CHANGE, locked, by, "lifted")


def hidden_of(treatment: Treatment) -> dict[str, str]:
    """Keys of modules that are open to her and hidden for now, with what she reads in their place; one query."""
    opened = ModuleProgress.objects.filter(treatment=treatment).values("module")
    rows = Recall.objects.standing().filter(modules__in=opened)
    return dict(rows.order_by("recalled_at").values_list("module_key", "message"))


def is_recalled(module: FrozenModule | None) -> bool:
    """Nobody opens it for now."""
    return module is not None and module.pk in Recall.objects.hiding([module.pk])


def waiting_for_mended() -> list[ModuleProgress]:
    """Open modules that are hidden while a newer minor version has them, not recalled: for the clock."""
    hidden = Recall.objects.standing().values("modules")
    rows = ModuleProgress.objects.reading(hidden).select_related("module", "treatment__patient")
    return [row for row in rows if _mended(row) is not None]


def read_mended(row: ModuleProgress, *, at: datetime) -> bool:
    """Let her read the module as it was mended; True when it was done now. What she wrote is kept under its keys."""
    with transaction.atomic():
        Treatment.objects.select_for_update().only("pk").get(pk=row.treatment_id)
        mended = _mended(row)
        if mended is None or row.module_id is None:
            return False
        row.earlier, row.module = [*row.earlier, str(row.module_id)], mended
        row.save(update_fields=["earlier", "module", "updated_at"])
        _tell_back(row, by=None, at=at)
    return True


def _mended(row: ModuleProgress) -> FrozenModule | None:
    """The module in the newest minor version of the main version she read it in, unless that is recalled too."""
    if row.module is None:
        return None
    # Whatever her unit follows: she reads nothing in its place meanwhile.
    newest = newest_of(row.module.version_id)
    # An earlier one mends nothing: it is what was changed.
    later = FrozenModule.objects.filter(version__minor__gt=row.module.version.minor)
    found = later.filter(version=newest, key=row.module_key).first()
    return None if found is None or is_recalled(found) else found


def _guard(program: Program, by: Person, at: datetime) -> None:
    if not may_publish(by, program.unit, at):
        raise NotAPublisher(f"{by.pk} may not recall at {program.unit_id}.")


def _locked(recall: Recall) -> Recall:
    locked: Recall = (
        Recall.objects.select_for_update(of=("self",)).select_related("program").get(pk=recall.pk)
    )
    if locked.lifted_at is not None:
        raise ValidationError(_("It is lifted already."), code="lifted")
    return locked


def _read_by(modules: Sequence[FrozenModule]) -> list[ModuleProgress]:
    """All who have opened one of these, and are under way or followed up."""
    rows = ModuleProgress.objects.reading([module.pk for module in modules])
    return list(rows.select_related("treatment__patient", "treatment__unit").order_by("treatment"))


def _tell_hidden(row: ModuleProgress, recall: Recall, *, by: Person, at: datetime) -> None:
    treatment = row.treatment
    raise_alert(treatment, kind=Alert.Kind.RECALL, level=Alert.Level.WATCH, occasion=None, by=SYSTEM, at=at)
    _event(row, Kind.MODULE_RECALLED, by=by, at=at, reason=recall.reason)
    notify(
        treatment.patient, Notice.Kind.NEW_MESSAGE, key=f"recall:{recall.pk.hex}:{treatment.pk.hex}", at=at
    )


def _tell_back(row: ModuleProgress, *, by: Person | None, at: datetime) -> None:
    _event(row, Kind.MODULE_BACK, by=by, at=at, reason="")
    key = f"module-back:{row.pk.hex}:{row.module_id}:{at:%Y%m%d%H%M%S}"
    notify(row.treatment.patient, Notice.Kind.NEW_MESSAGE, key=key, at=at)


def _event(row: ModuleProgress, kind: str, *, by: Person | None, at: datetime, reason: str) -> None:
    TreatmentEvent.objects.create(
        treatment=row.treatment, kind=kind, at=at, actor=by, module_key=row.module_key, reason=reason
    )
    push_on_commit(treatment_group(row.treatment_id), "module")


def _log(action: Entry.Action, recall: Recall, by: Person, what: str) -> None:
    record(
        action,
        by=Actor(id=by.pk, role=Role.PUBLISHER, unit=recall.program.unit_id),
        kind="recall",
        object_id=recall.pk,
        reason=what,
    )
