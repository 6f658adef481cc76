"""Counts active time as a page of the desk tells it: decides that nobody is given more than has really passed."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max

from ikbt.accounts.models import Person
from ikbt.common.clock import local_date
from ikbt.treatments.models import ActiveTime, Treatment

# A page beats twice a minute; what says more is wrong.
LONGEST_BEAT = 60


def accepted(said: int, *, last: datetime | None, at: datetime) -> int:
    """How many of the seconds a page tells of are counted.

    Never more than have passed since her last beat, from whichever page it came: two windows make no double time.
    `last` None: this is her first.
    """
    passed = LONGEST_BEAT if last is None else int((at - last).total_seconds())
    return max(0, min(said, passed, LONGEST_BEAT))


def count_active(treatment: Treatment, *, staff: Person, seconds: int, at: datetime) -> int:
    """Add a beat to today's row; returns what was counted. The row is itself the trace: no beat is logged beside it."""
    with transaction.atomic():
        # Two of her windows may beat at once.
        Person.objects.select_for_update().only("pk").get(pk=staff.pk)
        today = local_date(at)
        hers = ActiveTime.objects.of_staff(staff.pk).between(today - timedelta(days=1), today)
        counted = accepted(seconds, last=hers.aggregate(newest=Max("counted_at"))["newest"], at=at)
        if not counted:
            return 0
        row, _made = ActiveTime.objects.get_or_create(
            treatment=treatment, staff=staff, day=today, defaults={"counted_at": at}
        )
        row.seconds += counted
        row.counted_at = at
        row.save(update_fields=["seconds", "counted_at"])
    return counted
