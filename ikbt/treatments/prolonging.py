"""Prolongs a course: decides how many weeks a therapist may add alone, and plans what they hold."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.recording import Actor
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.course_states import Event
from ikbt.treatments.measuring import setting_of
from ikbt.treatments.models import Pause, Treatment, TreatmentEvent
from ikbt.treatments.stepping import locked_course, need_reason, refuse_obstacles, take_step
from ikbt.treatments.summarising import summarise
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion
from measurements.scheduling import plan_occasions
from measurements.shifting import shift_kinds

LONGEST = 12


def preview_end(treatment: Treatment, *, weeks: int) -> date | None:
    """To what day the end moves; nothing is changed."""
    return treatment.ends_on + timedelta(weeks=weeks) if treatment.ends_on else None


def needs_supervisor(treatment: Treatment, *, weeks: int) -> bool:
    """More than a therapist may add alone: a second time, or longer."""
    again = TreatmentEvent.objects.filter(treatment=treatment, kind=Event.PROLONGED).exists()
    return again or weeks > thresholds_of(treatment.unit).prolong_weeks


def prolong_treatment(
    treatment: Treatment,
    *,
    weeks: int,
    reason: str,
    by: Actor,
    at: datetime,
    approved_by: Person | None = None,
) -> Treatment:
    """Move the end by whole weeks, with weekly questionnaires in them; one that is closing runs again.

    Raises ValidationError with code "weeks", "reason" or "approved_by", or the obstacles of the course.
    """
    why = need_reason(reason)
    if not 1 <= weeks <= LONGEST:
        raise ValidationError(_("Choose from 1 to %(most)d weeks.") % {"most": LONGEST}, code="weeks")
    with transaction.atomic():
        locked = locked_course(treatment)
        refuse_obstacles(locked, Event.PROLONGED, by=by, at=at)
        if needs_supervisor(locked, weeks=weeks):
            _guard_supervisor(locked, approved_by, by=by, at=at)
        _plan_weeks(locked, weeks)
        locked.ends_on = preview_end(locked, weeks=weeks)
        locked.save(update_fields=["ends_on"])
        details = {"moved": weeks * 7, "weeks": weeks}
        if approved_by is not None:
            details["approved_by"] = str(approved_by.pk)  # type: ignore[assignment]
        step = take_step(locked, Event.PROLONGED, by=by, at=at, reason=why, details=details)
        summarise(locked, at=at)
        notify(locked.patient, Notice.Kind.NEW_MESSAGE, key=f"prolonged:{step.pk}", at=at)
    return locked


def _guard_supervisor(treatment: Treatment, approved_by: Person | None, *, by: Actor, at: datetime) -> None:
    holds = approved_by is not None and (
        approved_by.roles.running(at).filter(role=Role.SUPERVISOR, unit=treatment.unit_id).exists()
    )
    if not holds or (approved_by is not None and approved_by.pk == by.id):
        raise ValidationError(
            _("More than %(weeks)d weeks, or a second time, needs a supervisor at the unit.")
            % {"weeks": thresholds_of(treatment.unit).prolong_weeks},
            code="approved_by",
        )


def _plan_weeks(treatment: Treatment, weeks: int) -> None:
    """What is asked after the treatment waits, and the new weeks get their weekly questions."""
    shift_kinds(treatment.series, [Occasion.Kind.POST], days=weeks * 7)
    steps = TreatmentEvent.objects.filter(treatment=treatment, kind=Event.PROLONGED)
    before = sum(int(step.details["weeks"]) for step in steps)
    rested = sum(Pause.objects.filter(treatment=treatment).values_list("days", flat=True))
    setting = setting_of(treatment)
    weekly = [one for one in setting.measures if one["when"] == Occasion.Kind.WEEKLY]
    setting = type(setting)(weekly, setting.language, setting.unit, setting.windows)
    planned = int(treatment.version.outline["weeks"]) + before + weeks
    starts_on = treatment.starts_on + timedelta(days=rested)
    plan_occasions(treatment.series, setting, starts_on=starts_on, weeks=planned)
