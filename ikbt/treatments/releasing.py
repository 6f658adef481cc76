"""Opens a module: by rule, or ahead of it by the therapist with a reason that is logged."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.treatments.measuring import plan_with_module
from ikbt.treatments.models import Alert, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.paths import Way, way_of
from ikbt.treatments.reading import module_to_open
from ikbt.treatments.summarising import summarise
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.unlocking import Condition, Guard, Situation, unmet, unmet_alone
from measurements.flags import Deterioration, deterioration
from measurements.models import InstrumentVersion, Occasion, Score
from measurements.storing import definition_of
from programs.models import FrozenModule, Recall
from programs.tailoring.conditions import fires
from programs.tailoring.path import choices_before, guards_of, is_next, place_of


def next_module(treatment: Treatment) -> Mapping[str, Any] | None:
    """The first module of her path that is not open yet; None when all are."""
    return way_of(treatment).next_module


def what_is_missing(
    treatment: Treatment,
    *,
    at: datetime,
    progress: Sequence[ModuleProgress] | None = None,
    way: Way | None = None,
    levels: Collection[str] | None = None,
    module_key: str = "",
    alone: bool = False,
) -> list[Condition]:
    """What stands between the patient and a module, her next one unless another is named; see unlocking.unmet.

    `progress`, `way`, `levels` (of her open alerts): where they are read already. `alone`: no therapist looks at it.
    """
    way = way or way_of(treatment, progress=progress)
    following = way.next_module
    key = module_key or (following["key"] if following else "")
    if not way.progress or not key:
        return []
    if levels is None:
        levels = set(treatment.alerts.filter(closed_at=None).values_list("level", flat=True))
    situation = _situation(treatment, way, key, levels=levels, at=at, alone=alone)
    return unmet_alone(situation, at=at) if alone else unmet(situation, at=at)


def _situation(
    treatment: Treatment, way: Way, key: str, *, levels: Collection[str], at: datetime, alone: bool
) -> Situation:
    module, numbers = way.module(key), thresholds_of(treatment.unit)
    path = way.path
    in_path = any(one["key"] == key for one in path)
    hold = module["unlock"].get("hold")
    return Situation(
        guards=[_guard(way, one) for one in guards_of(path, key)] if in_path else [],
        entries=way.entries,
        weekly_overdue_ok=not module["unlock"].get("weekly", True) or not _weekly_waits(treatment, at),
        high_alert_open=Alert.Level.HIGH in levels,
        open_modules=_without_feedback(way, path),
        max_open_modules=numbers.max_open_modules,
        in_turn=in_path and is_next(path, key, way.opened),
        choices_open=[group["key"] for group in choices_before(way.outline, key, way.decided)],
        held=hold.get("say", "") if fires(hold, way.known) else None,
        held_by_hand=key in way.decided.held,
        any_alert_open=bool(levels),
        is_worse=alone and is_reliably_worse(treatment),
    )


def _without_feedback(way: Way, path: Sequence[Mapping[str, Any]]) -> int:
    """How many modules of her path are open and wait for her or for feedback."""
    opened = [way.opened[one["key"]] for one in path if one["key"] in way.opened]
    return sum(1 for row in opened if row.feedback_at is None)


def _guard(way: Way, module: Mapping[str, Any]) -> Guard:
    row = way.opened.get(module["key"])
    return Guard(
        module=module["key"],
        requires=way.requires(module),
        min_days=module["unlock"]["min_days"],
        opened_at=row.opened_at if row else None,
        handed_in=row is not None and row.submitted_at is not None,
    )


def _weekly_waits(treatment: Treatment, at: datetime) -> bool:
    """A weekly questionnaire is open and not yet so late that it no longer holds anything up."""
    overdue = at - timedelta(hours=thresholds_of(treatment.unit).weekly_overdue_hours)
    waiting = Occasion.objects.open(at).to_patient().filter(Q(due_at__gt=overdue), series=treatment.series_id)
    return waiting.filter(kind=Occasion.Kind.WEEKLY).exists()


def is_reliably_worse(treatment: Treatment) -> bool:
    """The newest answer of any instrument is reliably worse than its first: nothing then opens by itself."""
    rows = Score.objects.filter(occasion__series=treatment.series_id, total_rounded__isnull=False)
    totals: dict[str, list[int]] = {}
    versions: dict[str, InstrumentVersion] = {}
    for score in rows.select_related("occasion__instrument").order_by("answered_at", "id"):
        totals.setdefault(score.instrument_slug, []).append(score.total_rounded or 0)
        versions[score.instrument_slug] = score.occasion.instrument
    return any(
        deterioration(definition_of(versions[slug]), of[0], of[1:]) is not Deterioration.NONE
        for slug, of in totals.items()
        if len(of) > 1
    )


def open_module(
    treatment: Treatment, module_key: str, *, opened_by: Person | None, reason: str, by: Actor, at: datetime
) -> ModuleProgress:
    """Open a module for the patient; opening one that is open already changes nothing.

    Ahead of its rule it needs a reason of at least 5 characters; raises ValidationError otherwise, or when the
    program has no such module. `opened_by`: None where a rule opens it.
    """
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit")
        locked = rows.get(pk=treatment.pk)
        position = _position(locked, module_key)
        standing = ModuleProgress.objects.filter(treatment=locked, module_key=module_key).first()
        if standing is not None:
            return standing
        module = _readable(locked, module_key)
        ahead = _reason_needed(locked, module_key, reason, at)
        progress = ModuleProgress.objects.create(
            treatment=locked,
            module_key=module_key,
            position=position,
            module=module,
            opened_at=at,
            opened_by=opened_by,
            reason=reason.strip()[:300] if ahead else "",
        )
        plan_with_module(locked, progress, at=at)
        # What only an offer brings, or was left out, is part of the path from now on.
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


def _readable(treatment: Treatment, module_key: str) -> FrozenModule | None:
    """What she would read from now on; refuses a module that is recalled."""
    module = module_to_open(treatment, module_key)
    if module is not None and Recall.objects.hiding([module.pk]):
        raise ValidationError(_("The module is recalled and can't be opened for now."), code="recalled")
    return module


def _position(treatment: Treatment, module_key: str) -> int:
    """The module's place in the program, from 1; refuses unknown modules and treatments that are not running."""
    if not treatment.is_running:
        raise ValidationError(_("The treatment is not running."))
    way = way_of(treatment)
    if all(module["key"] != module_key for module in way.outline["modules"]):
        raise ValidationError(_("The program has no such module."))
    return place_of(way.outline, module_key, way.decided)


def _reason_needed(treatment: Treatment, module_key: str, reason: str, at: datetime) -> bool:
    """True when the module opens ahead of its rule; refuses that without a reason."""
    ahead = bool(what_is_missing(treatment, at=at, module_key=module_key))
    if ahead and len(reason.strip()) < 5:
        raise ValidationError(_("Say why the module is opened ahead of its rule."), code="reason")
    return ahead
