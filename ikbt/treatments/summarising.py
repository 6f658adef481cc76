"""Keeps a treatment's outcome summary true: made anew, whole, in the transaction that changed what it tells."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ikbt.common.clock import local_date
from ikbt.treatments.models import ModuleProgress, OutcomeSummary, Treatment
from measurements.models import Occasion
from programs.tailoring.path import counted


def summarise(treatment: Treatment, *, at: datetime) -> OutcomeSummary:
    """Read the treatment's occasions and modules and store what they come to; the caller holds the treatment's lock.

    Not logged: it tells nothing that the change before it has not told.
    """
    with transaction.atomic():
        hand_ins = _hand_ins(treatment)
        summary, _made = OutcomeSummary.objects.update_or_create(
            treatment=treatment,
            defaults={
                "measures": _measures(treatment),
                "modules_total": len(counted(treatment.version.outline)),
                "modules_done": len(hand_ins),
                "hand_ins": hand_ins,
                "made_at": at,
            },
        )
    return summary


def _measures(treatment: Treatment) -> dict[str, list[list[Any]]]:
    rows = (
        Occasion.objects.standing()
        .filter(series=treatment.series_id)
        .order_by("opens_at", "id")
        .values_list(
            *("instrument__slug", "kind", "number", "opens_at", "due_at", "closes_at", "answered_at"),
            "score__total",
        )
    )
    found: dict[str, list[list[Any]]] = {}
    for slug, kind, number, *moments, total in rows:
        days = [_day(moment, treatment.starts_on) for moment in moments]
        found.setdefault(slug, []).append([kind, number, *days, None if total is None else float(total)])
    return found


def _hand_ins(treatment: Treatment) -> list[int]:
    moments = (
        ModuleProgress.objects.filter(treatment=treatment)
        .exclude(submitted_at=None)
        .order_by("submitted_at")
        .values_list("submitted_at", flat=True)
    )
    return [(local_date(moment) - treatment.starts_on).days for moment in moments if moment]


def _day(moment: datetime | None, start: date) -> int | None:
    return None if moment is None else (local_date(moment) - start).days
