"""The patient's way through a module: a step done, the module handed in to the therapist."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.beside import beside
from ikbt.common.live import desk_group, push_on_commit
from ikbt.treatments.models import Feedback, ModuleProgress, Treatment, TreatmentEvent
from ikbt.treatments.opening_alone import open_alone
from ikbt.treatments.paths import Way, way_of
from ikbt.treatments.summarising import summarise
from ikbt.treatments.unlocking import Condition, Unmet, missing_exercises
from programs.tailoring.path import open_choices


def mark_step_done(
    progress: ModuleProgress, step_key: str, *, by: Actor, at: datetime, next_step: str = ""
) -> None:
    """Remember that a step is done and which one she goes on with; doing it twice changes nothing more.

    Raises ValidationError when the treatment is not running.
    """
    with transaction.atomic():
        if not Treatment.objects.select_for_update().get(pk=progress.treatment_id).is_running:
            raise ValidationError(_("The treatment has ended."))
        locked = ModuleProgress.objects.select_for_update().get(pk=progress.pk)
        new = step_key not in locked.steps_done
        locked.steps_done = [*locked.steps_done, step_key] if new else locked.steps_done
        locked.last_step = next_step or locked.last_step
        locked.save()
        Treatment.objects.filter(pk=locked.treatment_id).update(last_active_at=at)
        if new:
            record(
                Entry.Action.CHANGE,
                by=by,
                kind="step",
                object_id=step_key,
                patient=by.id,
                relation="own",
                reason="done",
            )
    progress.steps_done, progress.last_step = locked.steps_done, locked.last_step


def missing_in_module(treatment: Treatment, module_key: str, *, way: Way | None = None) -> list[Condition]:
    """Choices she has still to make in the module, and exercises with fewer handed-in entries than it asks of her."""
    way = way or way_of(treatment)
    module = way.module(module_key)
    left = [
        Condition(Unmet.CHOICE_OPEN, step=group["key"])
        for group in open_choices(module.get("choices", ()), way.decided)
    ]
    return [*left, *missing_exercises(way.requires(module), way.entries)]


def hand_in_module(
    treatment: Treatment, module_key: str, *, patient: Person, confirmed: bool, by: Actor, at: datetime
) -> ModuleProgress:
    """Hand the module to the therapist; a second time changes nothing.

    With exercises missing it needs `confirmed`: trying counts, and the therapist sees what is missing. Raises
    ValidationError (code "missing") without it, or when the treatment is not running.
    """
    with transaction.atomic():
        rows = Treatment.objects.select_for_update(of=("self",)).select_related("version")
        locked = rows.get(pk=treatment.pk)
        if not locked.is_running:
            raise ValidationError(_("The treatment has ended."))
        progress = ModuleProgress.objects.select_for_update().get(treatment=locked, module_key=module_key)
        if progress.submitted_at is not None:
            return progress
        missing = missing_in_module(locked, module_key)
        if missing and not confirmed:
            raise ValidationError(_("Some exercises are not done yet."), code="missing")
        progress.submitted_at = at
        progress.save()
        Treatment.objects.filter(pk=locked.pk).update(last_active_at=at)
        summarise(locked, at=at)
        TreatmentEvent.objects.create(
            treatment=locked,
            kind=TreatmentEvent.Kind.MODULE_SUBMITTED,
            at=at,
            actor=patient,
            module_key=module_key,
            details={"missing": [condition.step for condition in missing]},
        )
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="module",
            object_id=module_key,
            patient=locked.patient_id,
            relation="own",
            reason="handed in",
        )
        push_on_commit(desk_group(locked.unit_id), "work", treatment=str(locked.pk))
        with beside("opening a module by itself"):
            # The clock tries again (ikbt/treatments/timekeeping.py).
            open_alone(locked, at=at)
    return progress


def read_feedback(treatment: Treatment, module_key: str, *, by: Actor, at: datetime) -> int:
    """Mark a module's feedback as read by the patient; returns how many were new."""
    unread = Feedback.objects.filter(treatment=treatment, module_key=module_key, read_at=None)
    with transaction.atomic():
        count = unread.update(read_at=at)
        if count:
            record(
                Entry.Action.CHANGE,
                by=by,
                kind="feedback",
                object_id=module_key,
                patient=treatment.patient_id,
                relation="own",
                reason="read",
            )
    return count
