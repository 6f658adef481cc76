"""The cron of a simulated month: the clock's job and the outbox, and what must be true at every moment."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from functools import partial

from ikbt.common.clock import STOCKHOLM, local_date
from ikbt.demo.month.living import Month
from ikbt.demo.month.staff import look_at_red
from ikbt.outbox.sending import due_notices, send
from ikbt.treatments.models import Alert
from ikbt.treatments.timekeeping import keep_time

# By day every quarter or half of an hour, at night every three hours.
BY_DAY, NIGHT = (time(7), time(18)), timedelta(hours=3)


def put_in(month: Month, *, every: timedelta) -> None:
    """From the first morning to the last evening."""
    for day in range(month.days):
        for after in _times(every):
            month.later(month.moment(timedelta(days=day) + after), "cron", partial(run, month))


def run(month: Month, at: datetime) -> None:
    """As `run_clock` and `send_notices` do; then whoever is there looks at what is red."""
    kept = keep_time(at=at)
    if kept.failed:
        month.broken.append(f"{kept.failed} steps of the clock failed at {at:%Y-%m-%d %H:%M}")
    for notice in due_notices(at=at):
        send(notice, at=at)
    month.posted.empty_the_boxes()
    for sentence in red_without_owner(month, at):
        month.broken.append(sentence)
    look_at_red(month, at)


def red_without_owner(month: Month, at: datetime) -> list[str]:
    """Right after the clock has run: each red flag has an owner who works here, and none is past its next step.

    Nor is one taken by somebody who can't act on it any more.
    """
    left = set(Alert.objects.with_taker_gone(at).values_list("pk", flat=True))
    rows = Alert.objects.filter(level=Alert.Level.HIGH, closed_at=None).select_related("owner")
    found = []
    for alert in rows:
        works = alert.owner.roles.running(at).filter(unit=month.unit.unit).exists()
        step = alert.escalates_at if alert.taken_at is None else alert.ask_after_at
        late = step is not None and step <= at
        if not alert.owner.is_active or not works or late or alert.pk in left:
            found.append(f"a red alert of {local_date(alert.raised_at)} without owner at {_told(at)}")
    return found


def _told(at: datetime) -> str:
    return f"{at.astimezone(STOCKHOLM):%Y-%m-%d %H:%M}"


def _times(every: timedelta) -> list[timedelta]:
    """Times of day, without those that no clock shows on the night when it is put forward."""
    opens, closes = (timedelta(hours=one.hour) for one in BY_DAY)
    day = [opens + every * number for number in range(int((closes - opens) / every) + 1)]
    return [*(timedelta() + NIGHT * number for number in (0, 1)), *day, NIGHT * 7]
