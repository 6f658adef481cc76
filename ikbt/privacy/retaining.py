"""Deletes what has had its time: one transaction a rule, and a log row for it before anything goes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet

from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record
from ikbt.privacy.inventory import load
from ikbt.privacy.keeping import DUE, due
from measurements.models import Occasion


@dataclass(frozen=True)
class Outcome:
    """One rule: how many rows it lets go of; None when it deletes nothing, ever."""

    rule: str
    kept: str
    rows: int | None


# Where a patient's own rows are found, so that her log tells of them.
_PATIENT = {
    "drafts": "treatment__patient",
    "work_drafts": "treatment__patient",
    "answer_drafts": "series__person",
}


def apply_retention(*, by: Actor, at: datetime, dry_run: bool) -> list[Outcome]:
    """Go through all rules, deleting unless it is a dry run. Raises Unlogged; then the rule's rows stay."""
    return [
        Outcome(key, rule.kept, _apply(key, by=by, at=at, dry_run=dry_run) if key in DUE else None)
        for key, rule in load().rules.items()
    ]


def _apply(rule: str, *, by: Actor, at: datetime, dry_run: bool) -> int:
    if dry_run:
        return sum(rows.count() for rows in due(rule, at))
    with transaction.atomic():
        held = [rows.model._base_manager.filter(pk__in=[one.pk for one in rows]) for rows in due(rule, at)]
        counts = [rows.count() for rows in held]
        _record(rule, held[0], sum(counts), by=by)
        for rows in held:
            _let_go(rows)
    return sum(counts)


def _record(rule: str, rows: QuerySet[Model], count: int, *, by: Actor) -> None:
    if not count:
        return
    patients: Counter[UUID | None] = Counter({None: count})
    if rule in _PATIENT:
        ids: Any = rows.values_list(_PATIENT[rule], flat=True)
        patients = Counter(ids)
    for patient, number in patients.items():
        record(
            Entry.Action.DELETE,
            by=by,
            kind=f"retention: {rule}",
            patient=patient,
            reason=f"{number} rows past their time",
        )


def _let_go(rows: QuerySet[Model]) -> None:
    """An occasion stays and only its unsent answers go; of all else the row goes."""
    if rows.model is Occasion:
        rows.update(draft={})
    else:
        rows.delete()
