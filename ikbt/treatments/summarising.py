"""Keeps a treatment's outcome summary true: made anew, whole, in the transaction that changed what it tells."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ikbt.common.clock import local_date
from ikbt.treatments.models import OutcomeSummary, Treatment
from ikbt.treatments.paths import own_modules
from measurements.models import Occasion


def summarise(treatment: Treatment, *, at: datetime) -> OutcomeSummary:
    """Read the treatment's occasions and modules and store what they come to; the caller holds the treatment's lock.

    Not logged: it tells nothing that the change before it has not told.
    """
    with transaction.atomic():
        moments = dict(treatment.progress.values_list("module_key", "submitted_at"))
        handed_in = {key: moment for key, moment in moments.items() if moment is not None}
        total, done = own_modules(treatment, opened=moments, handed_in=handed_in)
        summary, _made = OutcomeSummary.objects.update_or_create(
            treatment=treatment,
            defaults={
                "measures": _measures(treatment),
                "modules_total": total,
                "modules_done": len(done),
                "hand_ins": sorted(_days_from(handed_in[key], treatment.starts_on) for key in done),
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


def _day(moment: datetime | None, start: date) -> int | None:
    return None if moment is None else _days_from(moment, start)


def _days_from(moment: datetime, start: date) -> int:
    return (local_date(moment) - start).days
