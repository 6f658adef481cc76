"""Begin a review and decide its cases; decides that nobody reviews what she did herself."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from random import SystemRandom
from uuid import UUID

from django.db import transaction

from ikbt.access_log.gathering import reads_between
from ikbt.access_log.models import Case, Review
from ikbt.access_log.patterns import Pattern, Read, hits
from ikbt.accounts.models import Person
from ikbt.audit.models import Entry
from ikbt.audit.recording import Actor, record

KIND = "log review"
Pair = tuple[UUID, UUID]


class OwnDeeds(PermissionError):
    """A case about what the reviewer did herself, or about her own data."""


def begin_review(
    since: datetime, until: datetime, *, sample: int, reviewer: Person, by: Actor, at: datetime
) -> Review:
    """Draw a random sample and all that the patterns pick out; what the reviewer did herself is not drawn.

    A case is one person's reads of one patient: `sample` counts cases. Patterns come first, then the sample.
    """
    reads = [
        read
        for read in reads_between(since, until, at=at)
        if reviewer.pk not in (read.actor.id, read.patient.id)
    ]
    found = hits(reads)
    pairs: dict[Pair, list[Read]] = defaultdict(list)
    for read in reads:
        pairs[(read.actor.id, read.patient.id)].append(read)
    picked = [pair for pair, own in pairs.items() if any(read.id in found for read in own)]
    rest = [pair for pair in pairs if pair not in set(picked)]
    drawn = SystemRandom().sample(rest, min(sample, len(rest)))
    with transaction.atomic():
        review = Review.objects.create(
            since=since, until=until, begun_by=reviewer, begun_at=at, rows=len(reads)
        )
        cases = [
            _case(review, number, pairs[pair], found)
            for number, pair in enumerate([*picked, *drawn], start=1)
        ]
        Case.objects.bulk_create(cases)
        record(Entry.Action.CREATE, by=by, kind=KIND, object_id=review.pk, reason=f"{len(cases)} cases")
    return review


def decide_case(case: Case, decision: str, note: str, *, reviewer: Person, by: Actor, at: datetime) -> Case:
    """Say what a case led to; a later one replaces it, the log keeps both. Raises OwnDeeds, ValueError."""
    if reviewer.pk in (case.actor, case.patient):
        record(Entry.Action.REFUSED, by=by, kind=KIND, object_id=case.pk, reason="own deeds", granted=False)
        raise OwnDeeds("Nobody reviews herself.")
    if decision not in Case.Decision.values:
        raise ValueError(f"Not a decision: {decision!r}.")
    with transaction.atomic():
        locked = Case.objects.select_for_update().get(pk=case.pk)
        locked.decision, locked.note, locked.decided_by, locked.decided_at = decision, note, reviewer, at
        locked.save(update_fields=["decision", "note", "decided_by", "decided_at"])
        record(Entry.Action.CHANGE, by=by, kind=KIND, object_id=locked.pk, reason=decision)
    return locked


def _case(review: Review, position: int, reads: Sequence[Read], found: dict[int, list[Pattern]]) -> Case:
    """The first row with a pattern stands for all of the pair."""
    patterns = {pattern for read in reads for pattern in found.get(read.id, ())}
    shown = next((read for read in reads if read.id in found), reads[0])
    return Case(
        review=review,
        position=position,
        entry=shown.id,
        at=shown.at,
        actor=shown.actor.id,
        patient=shown.patient.id,
        rows=len(reads),
        patterns=[pattern for pattern in Pattern if pattern in patterns],
    )
