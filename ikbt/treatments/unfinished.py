"""Finds courses that nobody has brought to their end: a closing talk not held, an ended case not closed; asks once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, Max, OuterRef, Q, QuerySet, Subquery

from ikbt.common.clock import local_date
from ikbt.treatments.acting_by_rule import log_act
from ikbt.treatments.alerting import lock_treatment
from ikbt.treatments.automatic_rules import CATCH_UP, CLOSE_CASE
from ikbt.treatments.course_states import Event
from ikbt.treatments.models import AutomaticAct, Treatment, TreatmentEvent
from ikbt.treatments.switching import Switches
from ikbt.treatments.tasks_of_course import raise_task
from ikbt.treatments.threshold_bounds import BOUNDS
from ikbt.treatments.thresholds import thresholds_of
from measurements.models import Occasion
from measurements.plan import months_after

State = Treatment.State
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Unfinished:
    """One course: since when its end is to be made, and until when; `is_closing`: the talk, else the case."""

    treatment: Treatment
    is_closing: bool
    since: datetime
    due_at: datetime


def unfinished_at(units: Iterable[UUID], *, but: UUID, most: int, at: datetime) -> list[Unfinished]:
    """Those past their time at units, the closing talks first and each the oldest first; never of the person `but`."""
    rows = (
        Treatment.objects.of_units(list(units))
        .exclude(patient=but)
        .select_related("patient", "therapist", "unit")
    )
    rows = rows.defer("patient__personal_number", "therapist__personal_number")
    closing = _with_closing(rows.filter(state=State.CLOSING))[:most]
    ended = _over(rows, at).order_by("ended_at")[:most]
    found = [one for row in (*closing, *ended) if (one := _unfinished(row)) is not None]
    return [one for one in found if one.due_at <= at]


def due_cases(at: datetime) -> list[Unfinished]:
    """Ended cases whose time to be closed has run out and of which nobody was told; what lies long back is history."""
    longest = timedelta(days=BOUNDS["close_days"].high) + CATCH_UP
    months = timedelta(days=31 * BOUNDS["maintenance_months"].high)
    rows = _over(Treatment.objects.everybodys(), at).select_related("unit")
    rows = rows.filter(Q(ended_at__gt=at - longest - months) | Q(asked__gt=at - longest))
    told = AutomaticAct.objects.filter(
        treatment=OuterRef("pk"), rule=CLOSE_CASE.key, at__gt=OuterRef("ended_at")
    )
    off = Switches()
    found = [one for row in rows.exclude(Exists(told)) if (one := _unfinished(row)) is not None]
    return [
        one
        for one in found
        if at - CATCH_UP < one.due_at <= at
        and thresholds_of(one.treatment.unit).close_days > 0
        and CLOSE_CASE.key not in off.off_at(one.treatment.unit_id)
    ]


def ask_to_close(found: Unfinished, *, at: datetime) -> bool:
    """Make it its therapist's task, or of who covers for her; True when it was made now."""
    with transaction.atomic():
        lock_treatment(found.treatment)
        locked = Treatment.objects.held([found.treatment]).select_related("unit").get()
        stands = locked.state == found.treatment.state and locked.ended_at == found.treatment.ended_at
        if not stands or CLOSE_CASE.key in Switches().off_at(locked.unit_id):
            return False
        key = f"{CLOSE_CASE.key}:{locked.pk}:{local_date(found.since)}"
        if not log_act(CLOSE_CASE, locked, key, at=at):
            return False
        alert = raise_task(locked, at=at, cause=CLOSE_CASE.key)
        if alert.raised_at == at:
            # Nothing else asked for this one: closing the case answers it.
            alert.rule = CLOSE_CASE.key
            alert.save(update_fields=["rule"])
    return True


def _unfinished(row: Any) -> Unfinished | None:
    numbers = thresholds_of(row.unit)
    if row.state == State.CLOSING:
        if row.begun is None:
            return None
        return Unfinished(row, True, row.begun, row.begun + timedelta(days=numbers.closing_days))
    since = max(row.ended_at, row.asked or row.ended_at)
    if row.state == State.FOLLOW_UP:
        # She reads and practises on until then, whether anything is asked or not.
        days = months_after(local_date(row.ended_at), numbers.maintenance_months) - local_date(row.ended_at)
        since = max(since, row.ended_at + days)
    return Unfinished(row, False, since, since + timedelta(days=numbers.close_days))


def _with_closing(rows: QuerySet[Treatment]) -> QuerySet[Treatment]:
    begun = TreatmentEvent.objects.filter(treatment=OuterRef("pk"), kind=Event.CLOSING_BEGUN)
    return rows.annotate(begun=Subquery(begun.order_by("-at").values("at")[:1])).order_by("begun")


def _over(rows: QuerySet[Treatment], at: datetime) -> QuerySet[Treatment]:
    """Ended, with nothing left to be asked. One for the wrong patient nobody may open: there is nothing to close."""
    asked = Occasion.objects.standing().filter(series=OuterRef("series"), kind=Occasion.Kind.FOLLOW_UP)
    last = asked.order_by().values("series").annotate(last=Max("closes_at")).values("last")
    ended = rows.filter(state__in=[State.DISCONTINUED, State.FOLLOW_UP], ended_at__lte=at - DAY)
    ended = ended.exclude(end_reason=Treatment.EndReason.WRONG_PATIENT).annotate(asked=Subquery(last))
    return ended.filter(Q(asked=None) | Q(asked__lte=at))
