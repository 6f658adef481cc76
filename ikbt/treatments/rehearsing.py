"""A dry run of the clock: decides that everything is tried for real and undone, so that what it tells is what would be.

Each act runs in a transaction of its own that is rolled back; what waits for a commit (mail, hints) never happens.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from ikbt.outbox.channels import is_owed
from ikbt.outbox.limits import verdict_on
from ikbt.outbox.models import Notice
from ikbt.outbox.sending import due_notices
from ikbt.treatments.acting_by_rule import Due
from ikbt.treatments.timekeeping import clock_steps


@dataclass
class Rehearsed:
    """By rule or step how many acts there would be; by rule how many messages would go, wait or be dropped."""

    acts: Counter[str] = field(default_factory=Counter)
    sending: Counter[tuple[str, str]] = field(default_factory=Counter)
    people: int = 0


def rehearse(*, at: datetime) -> Rehearsed:
    """What the clock and the outbox would do at a moment; nothing is changed."""
    told = Rehearsed()
    for name, find, act in clock_steps():
        for row in list(find(at)):
            told.acts[_name(name, row)] += _tried(act, row, at)
    people = set()
    for notice in Notice.objects.filter(pk__in=due_notices(at=at)).select_related("person"):
        said = _would_be(notice, at)
        told.sending[notice.rule or "by somebody's act", said] += 1
        if said == "sent":
            people.add(notice.person_id)
    told.people = len(people)
    return told


def _tried(act: Callable[[Any, datetime], bool], row: Any, at: datetime) -> int:
    with transaction.atomic():
        done = act(row, at)
        transaction.set_rollback(True)
    return int(done)


def _name(step: str, row: Any) -> str:
    return f"{row.rule.key} v{row.rule.version}" if isinstance(row, Due) else step


def _would_be(notice: Notice, at: datetime) -> str:
    if not is_owed(notice.person, notice.kind):
        return "dropped: nobody"
    if not notice.rule:
        return "sent"
    said = verdict_on(notice, at=at)
    if said.drop:
        return f"dropped: {said.drop}"
    return "waits" if said.wait_until is not None else "sent"
