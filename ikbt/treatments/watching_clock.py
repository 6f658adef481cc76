"""The watch over the clock's job: keeps when it last went through, and decides when it has stood still too long."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from ikbt.common import clock
from ikbt.treatments.models import ClockRun

THE_ROW = 1


@dataclass(frozen=True)
class Watched:
    """How the job does. `last` None: it has never gone through."""

    last: datetime | None
    failed: int
    is_still: bool


def note_run(*, failed: int, at: datetime) -> None:
    """The job has gone through; `failed` steps of it did not. Of two that end at once the later one holds."""
    if not ClockRun.objects.filter(pk=THE_ROW, at__lte=at).update(at=at, failed=failed):
        ClockRun.objects.get_or_create(pk=THE_ROW, defaults={"at": at, "failed": failed})


def watch(*, at: datetime) -> Watched:
    """As it stands; where nothing is watched (0 minutes) it never stands still."""
    run, minutes = ClockRun.objects.filter(pk=THE_ROW).first(), settings.CLOCK_STILL_MINUTES
    is_still = minutes > 0 and (run is None or at - run.at > timedelta(minutes=minutes))
    return Watched(run.at if run else None, run.failed if run else 0, is_still)


def still_words(*, at: datetime) -> str:
    """What the desk says while it stands still; "" while it goes, and where nothing is watched."""
    if settings.CLOCK_STILL_MINUTES <= 0:
        return ""
    found = watch(at=at)
    if not found.is_still:
        return ""
    if found.last is None:
        return _(
            "The service's clock has never run. No alert is passed on, no reminder goes out and no task comes up by "
            "itself. Look through the unit's queue, and tell those who run the service."
        )
    return _(
        "The service's clock has stood still for %(time)s. No alert is passed on, no reminder goes out and no task "
        "comes up by itself. Look through the unit's queue, and tell those who run the service."
    ) % {"time": timesince(found.last, at, depth=1)}


def told_to_administrators(request: HttpRequest) -> dict[str, object]:
    """Context of the administration's pages, and of no others: those at the desk say it themselves."""
    found = request.resolver_match
    if found is None or found.app_name != "admin" or not request.user.is_authenticated:
        return {}
    return {"clock_still": still_words(at=clock.now())}
