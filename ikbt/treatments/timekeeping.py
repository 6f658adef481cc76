"""Does what must happen once by the clock: alerts passed on, courses moved on, reminders, what is missing, releases.

Each step may be repeated, late or by several workers at once: a business key or an alert's own place makes it one.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from ikbt.audit.recording import SYSTEM
from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.treatments.acting_by_rule import act, due_silences, end_silence, ended_silences, log_act
from ikbt.treatments.alerting import lock_treatment, raise_alert
from ikbt.treatments.asking_after import ask_after
from ikbt.treatments.automatic_rules import CATCH_UP, MISSING_WEEKLY, WORKING
from ikbt.treatments.course_clock import due_courses, move_on
from ikbt.treatments.covering import arrange_cover
from ikbt.treatments.escalating import escalate, pass_to_cover
from ikbt.treatments.models import Absence, Alert, RiskAssessment, Treatment
from ikbt.treatments.opening_alone import may_open_alone, open_alone
from ikbt.treatments.reading import newest_at, place_of
from ikbt.treatments.recalling import read_mended, waiting_for_mended
from ikbt.treatments.reminding import due_reminders
from ikbt.treatments.reminding_managers import owed_reminders, remind
from ikbt.treatments.switching import Switches
from ikbt.treatments.tasks_of_course import raise_check
from ikbt.treatments.thresholds import thresholds_of
from ikbt.treatments.unfinished import ask_to_close, due_cases
from measurements.models import Occasion
from measurements.querysets import OccasionQuerySet
from measurements.recording import risk_in
from programs.models import ProgramVersion
from programs.releasing import due_releases, release_one

log = logging.getLogger(__name__)
Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class Kept:
    """How much was done; `failed` steps are in the log and come again at the next run."""

    covered: int = 0
    passed: int = 0
    escalated: int = 0
    asked_after: int = 0
    unsent: int = 0
    missing: int = 0
    opened: int = 0
    silences_over: int = 0
    silent: int = 0
    notices: int = 0
    reminded: int = 0
    mended: int = 0
    released: int = 0
    moved: int = 0
    checks: int = 0
    to_close: int = 0
    failed: int = 0


def keep_time(*, at: datetime) -> Kept:
    """All that has come due by `at`. One patient's failure never stops the others', nor one step's the next."""
    done = {name: _each(find, act, at=at) for name, find, act in clock_steps()}
    counts = {name: count for name, (count, _) in done.items()}
    return Kept(**counts, failed=sum(failed for _, failed in done.values()))


def clock_steps() -> Sequence[
    tuple[str, Callable[[datetime], Iterable[Any]], Callable[[Any, datetime], bool]]
]:
    """In order: what is counted, what is due, and what is done about each."""
    return (
        # First: whoever is asked next must be able to open the patient.
        ("covered", _units_with_absences, lambda one, at: arrange_cover(one, at=at)),
        ("passed", Alert.objects.with_owner_gone, lambda one, at: pass_to_cover(one, at=at)),
        ("escalated", Alert.objects.to_pass_on, lambda one, at: escalate(one, at=at) > 0),
        ("asked_after", Alert.objects.to_ask_after, lambda one, at: ask_after(one, at=at) > 0),
        ("unsent", _begun, lambda one, at: _is_to_tell(one, at) and flag_unsent(one, at=at)),
        ("checks", _checks, lambda one, at: raise_check(one, at=at)),
        ("moved", due_courses, lambda one, at: move_on(one, at=at)),
        ("to_close", due_cases, lambda one, at: ask_to_close(one, at=at)),
        ("missing", _unanswered, lambda one, at: _is_over_limit(one, at) and flag_missing(one, at=at)),
        # After what raises alerts: an alert that has just come up keeps a module closed.
        ("opened", lambda at: _ready_to_open(), lambda one, at: bool(open_alone(one, at=at))),
        ("silences_over", ended_silences, lambda one, at: end_silence(one, at=at)),
        ("silent", due_silences, lambda due, at: act(due, at=at)),
        ("notices", due_reminders, lambda due, at: act(due, at=at)),
        ("reminded", owed_reminders, lambda one, at: remind(one, at=at)),
        ("mended", lambda at: waiting_for_mended(), lambda one, at: read_mended(one, at=at)),
        ("released", lambda at: due_releases(at=at), lambda one, at: release_one(one, at=at)),
    )


def flag_missing(occasion: Occasion, *, at: datetime) -> bool:
    """A weekly questionnaire that nobody has answered becomes the therapist's task; True when it did so now."""
    treatment: Treatment = occasion.series.treatment
    with transaction.atomic():
        lock_treatment(treatment)
        if not _is_missing(occasion.pk, treatment, at) or MISSING_WEEKLY.key in Switches().off_at(
            treatment.unit_id
        ):
            return False
        log_act(MISSING_WEEKLY, treatment, f"{MISSING_WEEKLY.key}:{occasion.pk}", at=at)
        raise_alert(
            treatment, kind=Alert.Kind.MISSING, level=Alert.Level.WATCH, occasion=occasion, by=SYSTEM, at=at
        )
    return True


def flag_unsent(occasion: Occasion, *, at: datetime) -> bool:
    """A risk answer that was chosen and never handed in is told at watch, whatever it was; True when it was now.

    She has not said that she means it, so it is no high alert; and it may be all that she could say.
    """
    treatment: Treatment = occasion.series.treatment
    with transaction.atomic():
        lock_treatment(treatment)
        latest = Occasion.objects.select_related("instrument").get(pk=occasion.pk)
        raised = Alert.objects.filter(occasion=latest, kind=Alert.Kind.RISK).exists()
        if raised or latest.answered_at is not None or not _holds_risk(latest):
            return False
        raise_alert(
            treatment, kind=Alert.Kind.RISK, level=Alert.Level.WATCH, occasion=latest, by=SYSTEM, at=at
        )
    return True


def _each(
    find: Callable[[datetime], Iterable[Row]], act: Callable[[Row, datetime], bool], *, at: datetime
) -> tuple[int, int]:
    """How many acts did something, and how many failed; finding what to do is one more that may fail."""
    done = failed = 0
    try:
        rows = list(find(at))
    except Exception:
        log.exception("the clock could not find what is due")
        return 0, 1
    for row in rows:
        try:
            done += act(row, at)
        except Exception:
            # Counted, logged and told by the command: it comes again at the next run.
            log.exception("a step of the clock failed")
            failed += 1
    return done, failed


def _units_with_absences(at: datetime) -> Iterable[UUID]:
    return Absence.objects.unfinished(at).order_by("unit").values_list("unit_id", flat=True).distinct()


def _unanswered(at: datetime) -> list[Occasion]:
    """Weekly occasions that stand unanswered, without an alert of their own."""
    rows = (
        _of_treatments()
        .filter(kind=Occasion.Kind.WEEKLY, answered_at=None, opens_at__lte=at, closes_at__gt=at - CATCH_UP)
        .filter(series__treatment__state__in=WORKING)
        .to_patient()
        .exclude(Exists(Alert.objects.filter(occasion=OuterRef("pk"), kind=Alert.Kind.MISSING)))
    )
    return list(rows)


def _checks(at: datetime) -> list[RiskAssessment]:
    """Assessments whose next check is today or overdue."""
    return list(RiskAssessment.objects.to_check(local_date(at)).select_related("treatment__unit"))


def _is_over_limit(occasion: Occasion, at: datetime) -> bool:
    hours = thresholds_of(occasion.series.treatment.unit).missing_weekly_hours
    # Hours on the wall: three days from midnight is midnight, also where the clock has been changed.
    return hours > 0 and occasion.opens_at.astimezone(STOCKHOLM) + timedelta(hours=hours) <= at


def _is_missing(occasion_id: UUID, treatment: Treatment, at: datetime) -> bool:
    """As it stands under the lock: unanswered, no alert yet, and nothing answered of the instrument since."""
    latest = Occasion.objects.standing().select_related("instrument").filter(pk=occasion_id).first()
    if latest is None or latest.answered_at is not None:
        return False
    if Alert.objects.filter(occasion=latest, kind=Alert.Kind.MISSING).exists():
        return False
    same = Occasion.objects.filter(series=treatment.series_id, instrument__slug=latest.instrument.slug)
    return not same.filter(answered_at__gt=latest.opens_at).exists()


def _ready_to_open() -> list[Treatment]:
    """Active courses whose program lets modules open by themselves, and where something has been handed in."""
    rows = Treatment.objects.at_work()
    # Days may have passed, or a questionnaire become so late that it no longer holds anything up.
    # Versions are read once each, not once for every course.
    newest = newest_at(rows.order_by().values_list("version", "unit").distinct())
    versions = ProgramVersion.objects.filter(pk__in=set(newest.values()))
    open_alone_in = {version.pk for version in versions if may_open_alone(version.outline)}
    alone = {place for place, latest in newest.items() if latest in open_alone_in}
    started = {version for version, _unit in alone}
    return [one for one in rows.filter(version__in=started) if place_of(one) in alone]


def _begun(at: datetime) -> list[Occasion]:
    """Occasions with choices that are not handed in, and no risk alert of their own.

    Also those that were withdrawn meanwhile, with the course or otherwise: what she has said of suicide stays said.
    """
    rows = (
        _with_treatments()
        .filter(answered_at=None, draft_at__lte=at, draft_at__gt=at - CATCH_UP)
        .exclude(Exists(Alert.objects.filter(occasion=OuterRef("pk"), kind=Alert.Kind.RISK)))
    )
    return list(rows)


def _is_to_tell(occasion: Occasion, at: datetime) -> bool:
    # Asked of one at a time: a draft that can't be read must not keep another's from being told.
    return _has_lain(occasion, at) and _holds_risk(occasion)


def _has_lain(occasion: Occasion, at: datetime) -> bool:
    minutes = thresholds_of(occasion.series.treatment.unit).unsent_risk_minutes
    return (
        minutes > 0 and occasion.draft_at is not None and occasion.draft_at + timedelta(minutes=minutes) <= at
    )


def _holds_risk(occasion: Occasion) -> bool:
    return risk_in(occasion, occasion.draft).raises_alert


def _of_treatments() -> OccasionQuerySet:
    """Occasions that stand, each with its treatment, unit and patient."""
    return _with_treatments().standing()


def _with_treatments() -> OccasionQuerySet:
    people = ("series__treatment__patient", "series__treatment__therapist")
    return Occasion.objects.for_the_clock().select_related("instrument", "series__treatment__unit", *people)
