"""Does what must happen once by the clock: reminders, the notice of a follow-up, what is missing, what was never sent.

Each step may be repeated, late or by several workers at once: a business key or an alert's own place makes it one.
"""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from ikbt.audit.recording import SYSTEM
from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.treatments.alerting import lock_treatment, raise_alert
from ikbt.treatments.models import Alert, Treatment
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion
from measurements.querysets import OccasionQuerySet
from measurements.recording import risk_in

log = logging.getLogger(__name__)
Row = TypeVar("Row")

# Mail that reminds goes out by day.
MAIL_FROM = time(8)
# What lies longer back than this when the clock is started again is history, which the curve shows as a gap.
CATCH_UP = timedelta(days=14)
RESTING = (Treatment.State.READY, Treatment.State.PAUSED)
WORKING = (Treatment.State.ACTIVE, Treatment.State.CLOSING)


@dataclass(frozen=True)
class Kept:
    """How much was done; `failed` steps are in the log and come again at the next run."""

    notices: int
    missing: int
    unsent: int
    failed: int


def keep_time(*, at: datetime) -> Kept:
    """All that has come due by `at`. One patient's failure never stops the others'."""
    unsent, failed = _each(_begun(at), lambda one: flag_unsent(one, at=at))
    missing, more = _each(_unanswered(at), lambda one: flag_missing(one, at=at))
    notices, most = _each(_notices(at), lambda due: _tell(*due, at=at))
    return Kept(notices, missing, unsent, failed + more + most)


def flag_missing(occasion: Occasion, *, at: datetime) -> bool:
    """A weekly questionnaire that nobody has answered becomes the therapist's task; True when it did so now."""
    treatment: Treatment = occasion.series.treatment
    with transaction.atomic():
        lock_treatment(treatment)
        if not _is_missing(occasion.pk, treatment, at):
            return False
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


def _each(rows: Iterable[Row], act: Callable[[Row], bool]) -> tuple[int, int]:
    """How many acts did something, and how many failed."""
    done = failed = 0
    for row in rows:
        try:
            done += act(row)
        except Exception:
            # Counted, logged and told by the command: it comes again at the next run.
            log.exception("a step of the clock failed")
            failed += 1
    return done, failed


def _unanswered(at: datetime) -> list[Occasion]:
    """Weekly occasions past their unit's limit, without an alert of their own."""
    rows = (
        _of_treatments()
        .filter(kind=Occasion.Kind.WEEKLY, answered_at=None, opens_at__lte=at, closes_at__gt=at - CATCH_UP)
        .filter(series__treatment__state__in=WORKING)
        .to_patient()
        .exclude(Exists(Alert.objects.filter(occasion=OuterRef("pk"), kind=Alert.Kind.MISSING)))
    )
    return [one for one in rows if _is_over_limit(one, at)]


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


def _begun(at: datetime) -> list[Occasion]:
    """Occasions with choices that have lain longer than their unit waits, and no risk alert of their own.

    Also those that were withdrawn meanwhile, with the course or otherwise: what she has said of suicide stays said.
    """
    rows = (
        _with_treatments()
        .filter(answered_at=None, draft_at__lte=at, draft_at__gt=at - CATCH_UP)
        .exclude(Exists(Alert.objects.filter(occasion=OuterRef("pk"), kind=Alert.Kind.RISK)))
    )
    return [one for one in rows if _has_lain(one, at) and _holds_risk(one)]


def _has_lain(occasion: Occasion, at: datetime) -> bool:
    minutes = thresholds_of(occasion.series.treatment.unit).unsent_risk_minutes
    return (
        minutes > 0 and occasion.draft_at is not None and occasion.draft_at + timedelta(minutes=minutes) <= at
    )


def _holds_risk(occasion: Occasion) -> bool:
    return risk_in(occasion, occasion.draft).raises_alert


def _notices(at: datetime) -> list[tuple[Treatment, Notice.Kind, str]]:
    """What is due to be told by now and has not been: of each treatment the last reminder, and what has opened."""
    rows = _of_treatments().open(at).to_patient().exclude(series__treatment__state__in=RESTING)
    days: dict[Treatment, set[date]] = defaultdict(set)
    opened: dict[str, Treatment] = {}
    for one in rows:
        days[one.series.treatment].update(_reminders_passed(one, at))
        if one.kind == Occasion.Kind.FOLLOW_UP and _at_day(local_date(one.opens_at)) <= at:
            opened[f"opened:{one.series.treatment.pk}:{local_date(one.opens_at)}"] = one.series.treatment
    # After downtime the last one says it all: several at once would only nag.
    reminders = {f"reminder:{who.pk}:{max(passed)}": who for who, passed in days.items() if passed}
    told = set(Notice.objects.filter(key__in=[*opened, *reminders]).values_list("key", flat=True))
    found = [(who, Notice.Kind.TO_ANSWER, key) for key, who in opened.items()]
    found += [(who, Notice.Kind.REMINDER, key) for key, who in reminders.items()]
    return [due for due in found if due[2] not in told]


def _reminders_passed(occasion: Occasion, at: datetime) -> set[date]:
    days = {date.fromisoformat(day) for day in occasion.remind_on}
    return {day for day in days if _at_day(day) <= at}


def _at_day(day: date) -> datetime:
    """When mail of a day goes out."""
    return datetime.combine(day, MAIL_FROM, tzinfo=STOCKHOLM)


def _tell(treatment: Treatment, kind: Notice.Kind, key: str, *, at: datetime) -> bool:
    with transaction.atomic():
        return notify(treatment.patient, kind, key=key, at=at) is not None


def _of_treatments() -> OccasionQuerySet:
    """Occasions that stand, each with its treatment, unit and patient."""
    return _with_treatments().standing()


def _with_treatments() -> OccasionQuerySet:
    people = ("series__treatment__patient", "series__treatment__therapist")
    return Occasion.objects.for_the_clock().select_related("instrument", "series__treatment__unit", *people)
