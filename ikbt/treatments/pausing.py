"""A pause: decides how long a course may rest, moves what was due, and lets it go on by itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.audit.recording import SYSTEM, Actor
from ikbt.common.clock import local_date, midnight
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.course_states import Event
from ikbt.treatments.measuring import setting_of
from ikbt.treatments.models import Pause, Treatment
from ikbt.treatments.stepping import locked_course, need_reason, refuse_obstacles, take_step
from ikbt.treatments.summarising import summarise
from ikbt.treatments.tasks_of_course import raise_task
from ikbt.treatments.thresholds import thresholds_of
from measurements.shifting import plan_safety, shift_back, shift_waiting, withdraw_waiting

WEEK = timedelta(days=7)


@dataclass(frozen=True)
class PausePreview:
    """What a pause would do."""

    days: int
    resumes_on: date
    ends_on: date | None


def preview_pause(treatment: Treatment, *, days: int, at: datetime) -> PausePreview:
    """When it goes on and to what day the end moves; nothing is changed."""
    more = timedelta(days=days)
    return PausePreview(days, local_date(at) + more, treatment.ends_on + more if treatment.ends_on else None)


def longest_pause(treatment: Treatment, *, by: Actor) -> int:
    """Days that an actor may let it rest now; the patient's own pauses count together."""
    numbers = thresholds_of(treatment.unit)
    if by.id != treatment.patient_id:
        return numbers.pause_staff_days
    own = Pause.objects.filter(treatment=treatment, by_patient=True)
    return max(0, numbers.pause_patient_days - sum(own.values_list("days", flat=True)))


def pause_treatment(
    treatment: Treatment,
    *,
    days: int,
    by: Actor,
    at: datetime,
    reason: str = "",
    in_hospital: bool = False,
) -> Pause:
    """Let a course rest for whole days, from today; its end and all that is unanswered move by as many.

    The weekly question about suicide is still put, in the treatment only, unless she is cared for in hospital.
    Raises ValidationError with code "days" or "reason", or the obstacles of the course.
    """
    by_patient = by.id == treatment.patient_id
    why = reason.strip() if by_patient else need_reason(reason)
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.PAUSED, by=by, at=at)
        most = longest_pause(locked, by=by)
        if not 1 <= days <= most:
            raise ValidationError(_("Choose from 1 to %(most)d days.") % {"most": most}, code="days")
        today = local_date(at)
        pause = Pause(
            treatment=locked,
            begins_on=today,
            resumes_on=today + timedelta(days=days),
            days=days,
            by_patient=by_patient,
            in_hospital=in_hospital,
            reason=why or None,
        )
        pause.moved = shift_waiting(locked.series, days=days, at=at)
        if not in_hospital:
            extra = plan_safety(locked.series, setting_of(locked), days=_safety_days(pause), at=at)
            pause.moved["extra"] = [str(one.pk) for one in extra]
        pause.save()
        _move_end(locked, days)
        details = {"moved": days, "resumes_on": pause.resumes_on.isoformat()}
        take_step(locked, Event.PAUSED, by=by, at=at, reason=why, details=details)
        summarise(locked, at=at)
        other = locked.therapist if by_patient else locked.patient
        notify(other, Notice.Kind.NEW_MESSAGE, key=f"pause:{pause.pk}", at=at)
    return pause


def resume_treatment(treatment: Treatment, *, by: Actor, at: datetime) -> Treatment:
    """Let it go on today: days not used are given back, so that the end moved by exactly those paused."""
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.RESUMED, by=by, at=at)
        end_pause(locked, by=by, at=at)
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"resumed:{locked.pk}:{local_date(at)}", at=at)
    return locked


def end_pause(locked: Treatment, *, by: Actor, at: datetime) -> None:
    """Under the lock: what the pause had moved comes back by the days that it did not take."""
    pause = Pause.objects.select_for_update().get(treatment=locked, ended_at=None)
    # A clock that is late takes nothing from her: a pause is never longer than it was planned.
    taken = min((local_date(at) - pause.begins_on).days, pause.days)
    unused = pause.days - taken
    withdraw_waiting(locked.series, at=at, only=pause.moved.get("extra", []))
    shift_back(locked.series, pause.moved, days=unused)
    pause.days, pause.ended_at = taken, at
    pause.resumes_on = pause.begins_on + timedelta(days=taken)
    pause.save(update_fields=["days", "ended_at", "resumes_on"])
    _move_end(locked, -unused)
    take_step(locked, Event.RESUMED, by=by, at=at, details={"moved": -unused})
    summarise(locked, at=at)


def resume_due(pause: Pause, *, at: datetime) -> bool:
    """The pause is over: the course goes on by itself, and the therapist is told to take contact. True when now."""
    with transaction.atomic():
        locked = locked_course(pause.treatment)
        if not Pause.objects.over(local_date(at)).filter(pk=pause.pk).exists():
            return False
        resume_treatment(locked, by=SYSTEM, at=max(at, midnight(pause.resumes_on)))
        raise_task(locked, at=at)
    return True


def paused_days_of(treatment: Treatment) -> frozenset[date]:
    """Days on which promised answers do not count down; for `closed_on` of working_time.promised_by."""
    rows = Pause.objects.filter(treatment=treatment).values_list("begins_on", "days")
    return frozenset(day for begins_on, days in rows for day in days_of_pause(begins_on, days))


def days_of_pause(begins_on: date, days: int) -> list[date]:
    """Each day of one."""
    return [begins_on + timedelta(days=number) for number in range(days)]


def _safety_days(pause: Pause) -> list[date]:
    """Once a week while it lasts: from a week in, since this week's was put or moved just now."""
    found, day = [], pause.begins_on + WEEK
    while day < pause.resumes_on:
        found.append(day)
        day += WEEK
    return found


def _move_end(treatment: Treatment, days: int) -> None:
    if treatment.ends_on is not None:
        treatment.ends_on += timedelta(days=days)
        treatment.save(update_fields=["ends_on"])
