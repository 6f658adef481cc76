"""Opens a module: by rule, or ahead of it by the therapist with a reason that is logged."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.treatments.measuring import plan_with_module
from ikbt.treatments.models import Alert, ModuleProgress, Treatment, TreatmentEvent, WorksheetEntry
from ikbt.treatments.summarising import summarise
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.unlocking import Condition, Situation, unmet
from measurements.models import Occasion


def next_module(treatment: Treatment) -> dict[str, object] | None:
    """The first module of the outline that is not open yet; None when all are."""
    opened = set(treatment.progress.values_list("module_key", flat=True))
    found: dict[str, object] | None = next(
        (module for module in treatment.version.outline["modules"] if module["key"] not in opened), None
    )
    return found


def handed_in_counts(treatment: Treatment) -> dict[str, int]:
    """Handed-in entries per step key."""
    rows = WorksheetEntry.objects.filter(treatment=treatment, state=WorksheetEntry.State.HANDED_IN)
    return dict(rows.values_list("step_key").annotate(Count("id")).order_by())


def what_is_missing(
    treatment: Treatment, *, at: datetime, progress: Sequence[ModuleProgress] | None = None
) -> list[Condition]:
    """What stands between the patient and her next module; see unlocking.unmet.

    `progress`: where it is read already.
    """
    progress = list(treatment.progress.all()) if progress is None else progress
    if not progress:
        return []
    current = progress[-1]
    outline = next(
        module for module in treatment.version.outline["modules"] if module["key"] == current.module_key
    )
    numbers = thresholds_of(treatment.unit)
    overdue = at - timedelta(hours=numbers.weekly_overdue_hours)
    waiting = (
        Occasion.objects.open(at)
        .to_patient()
        .filter(Q(due_at__gt=overdue), series=treatment.series_id, kind=Occasion.Kind.WEEKLY)
    )
    situation = Situation(
        unlock=outline["unlock"],
        opened_at=current.opened_at,
        handed_in=current.submitted_at is not None,
        entries=handed_in_counts(treatment),
        weekly_overdue_ok=not waiting.exists(),
        high_alert_open=treatment.alerts.filter(level=Alert.Level.HIGH, closed_at=None).exists(),
        open_modules=sum(1 for module in progress if module.feedback_at is None),
        max_open_modules=numbers.max_open_modules,
    )
    return unmet(situation, at=at)


def open_module(
    treatment: Treatment, module_key: str, *, opened_by: Person, reason: str, by: Actor, at: datetime
) -> ModuleProgress:
    """Open a module for the patient; opening one that is open already changes nothing.

    Ahead of its rule it needs a reason of at least 5 characters; raises ValidationError otherwise, or when the
    program has no such module.
    """
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit")
        locked = rows.get(pk=treatment.pk)
        position = _position(locked, module_key)
        standing = ModuleProgress.objects.filter(treatment=locked, module_key=module_key).first()
        if standing is not None:
            return standing
        ahead = _reason_needed(locked, module_key, reason, at)
        progress = ModuleProgress.objects.create(
            treatment=locked,
            module_key=module_key,
            position=position,
            opened_at=at,
            opened_by=opened_by,
            reason=reason.strip()[:300] if ahead else "",
        )
        if plan_with_module(locked, progress, at=at):
            summarise(locked, at=at)
        TreatmentEvent.objects.create(
            treatment=locked,
            kind=TreatmentEvent.Kind.MODULE_OPENED,
            at=at,
            actor=opened_by,
            module_key=module_key,
            reason=progress.reason,
        )
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="module",
            object_id=module_key,
            patient=locked.patient_id,
            reason="ahead of rule" if ahead else "by rule",
        )
        push_on_commit(treatment_group(locked.pk), "module", module=module_key)
    return progress


def _position(treatment: Treatment, module_key: str) -> int:
    """The module's place in the program, from 1; refuses unknown modules and treatments that are not running."""
    if not treatment.is_running:
        raise ValidationError(_("The treatment is not running."))
    keys = [module["key"] for module in treatment.version.outline["modules"]]
    if module_key not in keys:
        raise ValidationError(_("The program has no such module."))
    return keys.index(module_key) + 1


def _reason_needed(treatment: Treatment, module_key: str, reason: str, at: datetime) -> bool:
    """True when the module opens ahead of its rule; refuses that without a reason."""
    following = next_module(treatment)
    ahead = bool(what_is_missing(treatment, at=at)) or following is None or following["key"] != module_key
    if ahead and len(reason.strip()) < 5:
        raise ValidationError(_("Say why the module is opened ahead of its rule."), code="reason")
    return ahead
