"""The watch over the clock's job: one row, a banner for those who answer for a unit, an error for monitoring."""

from __future__ import annotations

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ikbt.common import clock
from ikbt.treatments.models import ClockRun
from ikbt.treatments.watching_clock import note_run, watch
from tests.cast import Cast
from tests.therapist.unit.scene import confirmed, coordinator

STILL = "Tjänstens klocka har stått still"
NEVER = "Tjänstens klocka har aldrig gått"
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _watched(settings: Any) -> None:
    settings.CLOCK_STILL_MINUTES = 30


def told(*names: str) -> str:
    out = StringIO()
    call_command(*names, stdout=out)
    return out.getvalue()


def page(person: Any, path: str) -> str:
    return confirmed(person).get(path).content.decode()


@pytest.mark.django_db
def test_a_run_of_the_clock_is_kept_in_one_row_and_a_dry_run_is_none() -> None:
    call_command("run_clock", "--dry-run", stdout=StringIO())
    assert not ClockRun.objects.exists()
    before = clock.now()
    told("run_clock")
    told("run_clock")

    (row,) = ClockRun.objects.all()
    assert row.at >= before
    assert row.failed == 0


@pytest.mark.django_db
def test_a_worker_that_ends_late_takes_nothing_back() -> None:
    now = clock.now()
    note_run(failed=0, at=now)
    note_run(failed=3, at=now - MINUTE)

    assert (watch(at=now).last, watch(at=now).failed) == (now, 0)


@pytest.mark.django_db
def test_it_stands_still_after_so_many_minutes_and_not_before(settings: Any) -> None:
    now = clock.now()
    assert watch(at=now).is_still
    note_run(failed=0, at=now)

    assert not watch(at=now + 30 * MINUTE).is_still
    assert watch(at=now + 31 * MINUTE).is_still
    settings.CLOCK_STILL_MINUTES = 60
    assert not watch(at=now + 31 * MINUTE).is_still


def test_whoever_answers_for_a_unit_is_told_and_nobody_else(cast: Cast) -> None:
    note_run(failed=0, at=clock.now() - 90 * MINUTE)
    carin = coordinator(cast.alfa)

    assert STILL in page(carin, "/enhet/ko/")
    assert STILL in page(carin, "/arbetslista/")
    assert STILL in page(cast.manager, "/enhet/")
    assert STILL not in page(cast.tove, "/arbetslista/")
    note_run(failed=0, at=clock.now())
    assert STILL not in page(carin, "/enhet/ko/")


def test_administrators_are_told(cast: Cast) -> None:
    assert NEVER in page(cast.administrator, "/django-admin/")
    note_run(failed=0, at=clock.now())

    assert "Tjänstens klocka" not in page(cast.administrator, "/django-admin/")


def test_where_nothing_is_watched_no_page_asks_or_says_anything(cast: Cast, settings: Any) -> None:
    settings.CLOCK_STILL_MINUTES = 0
    carin = coordinator(cast.alfa)

    with CaptureQueriesContext(connection) as captured:
        assert "Tjänstens klocka" not in page(carin, "/enhet/ko/")
    assert not any("clockrun" in query["sql"] for query in captured)


@pytest.mark.django_db
def test_monitoring_is_told_by_an_error(settings: Any) -> None:
    with pytest.raises(CommandError, match="never gone through") as refused:
        told("clock_watch")
    assert refused.value.returncode == 1
    note_run(failed=0, at=clock.now() - 31 * MINUTE)
    with pytest.raises(CommandError, match="more than 30 minutes ago"):
        told("clock_watch")
    note_run(failed=2, at=clock.now())
    with pytest.raises(CommandError, match="2 of its steps failed"):
        told("clock_watch")
    note_run(failed=0, at=clock.now())
    assert "last went through" in told("clock_watch")
    settings.CLOCK_STILL_MINUTES = 0
    with pytest.raises(CommandError, match="Nothing is watched"):
        told("clock_watch")
