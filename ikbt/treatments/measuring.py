"""Plans what a course measures, at its start, when a module opens, after an answer, and when it ends."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.common.clock import local_date
from ikbt.common.live import push_on_commit, treatment_group
from ikbt.treatments.models import ModuleProgress, Treatment
from ikbt.treatments.summarising import summarise
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion, Score
from measurements.scheduling import (
    Setting,
    end_course,
    plan_follow_ups,
    plan_occasions,
    plan_of_module,
    plan_screenings,
    plan_triggered,
)


def setting_of(treatment: Treatment) -> Setting:
    """What this treatment's occasions are planned by."""
    outline = treatment.version.outline
    return Setting(
        measures=outline["measures"],
        language=str(outline["language"]),
        unit=treatment.unit,
        windows=thresholds_of(treatment.unit).measure_windows,
    )


def plan_course(treatment: Treatment) -> list[Occasion]:
    """What decision and start fix; a repeat changes nothing."""
    weeks, setting = int(treatment.version.outline["weeks"]), setting_of(treatment)
    before = plan_screenings(
        treatment.series, setting, decided_on=local_date(treatment.created_at), starts_on=treatment.starts_on
    )
    return before + plan_occasions(treatment.series, setting, starts_on=treatment.starts_on, weeks=weeks)


def plan_with_module(treatment: Treatment, progress: ModuleProgress, *, at: datetime) -> list[Occasion]:
    """What the program asks when this module opens; runs in the transaction that opens it."""
    return plan_of_module(
        treatment.series, setting_of(treatment), progress.module_key, number=progress.position, at=at
    )


def plan_what_it_calls_for(treatment: Treatment, score: Score, *, at: datetime) -> list[Occasion]:
    """What other instruments this score asks for; runs in the answer's transaction, under the course's lock."""
    found = plan_triggered(treatment.series, setting_of(treatment), score, at=at)
    if found:
        push_on_commit(treatment_group(treatment.pk), "occasion")
    return found


def end_measurements(treatment: Treatment, *, by: Actor, at: datetime) -> list[Occasion]:
    """For whatever ends a treatment, in its transaction: what the course still asked is withdrawn, follow-ups planned.

    They count from the day of `at`. A repeat plans nothing twice; it gives the follow-ups that this call planned.
    """
    with transaction.atomic():
        locked = Treatment.objects.select_for_update(of=("self",)).select_related("version", "unit", "series")
        treatment = locked.get(pk=treatment.pk)
        end_course(treatment.series, at=at)
        planned = plan_follow_ups(treatment.series, setting_of(treatment), ended_on=local_date(at))
        summarise(treatment, at=at)
        record(
            Entry.Action.CHANGE,
            by=by,
            kind="occasions",
            object_id=treatment.pk,
            patient=treatment.patient_id,
            reason="planned after the end",
        )
    return planned
