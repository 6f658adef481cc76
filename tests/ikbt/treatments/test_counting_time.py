"""Active time: never more than has passed, one row a therapist, patient and day, gone with the log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.privacy.retaining import apply_retention
from ikbt.treatments.counting_time import LONGEST_BEAT, accepted, count_active
from ikbt.treatments.models import ActiveTime
from tests.cast import Cast

AT = datetime(2026, 11, 30, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "passed", "counted"),
    [(30, 30, 30), (30, 12, 12), (9999, 3600, LONGEST_BEAT), (30, -5, 0), (0, 30, 0)],
    ids=["as told", "no more than passed", "no more than a beat", "a clock that went back", "nothing"],
)
def test_what_is_counted_of_a_beat(said: int, passed: int, counted: int) -> None:
    assert accepted(said, last=AT - timedelta(seconds=passed), at=AT) == counted


def test_the_first_beat_is_no_longer_than_a_beat() -> None:
    assert accepted(500, last=None, at=AT) == LONGEST_BEAT


@given(st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 300)), min_size=1))
def test_whatever_pages_say_no_more_is_counted_than_has_passed(beats: list[tuple[int, int]]) -> None:
    last, at, counted = AT, AT, 0
    for said, later in beats:
        at += timedelta(seconds=later)
        got = accepted(said, last=last, at=at)
        last, counted = (at, counted + got) if got else (last, counted)

    assert counted <= (at - AT).total_seconds()


@pytest.mark.django_db
def test_beats_add_up_in_one_row_a_patient_and_day(cast: Cast) -> None:
    at = clock.now()
    for later in (0, 30, 60):
        count_active(cast.treatment, staff=cast.tove, seconds=30, at=at + timedelta(seconds=later))

    row = ActiveTime.objects.get(treatment=cast.treatment)
    assert (row.staff, row.seconds) == (cast.tove, 90)


@pytest.mark.django_db
def test_two_windows_make_no_double_time(cast: Cast) -> None:
    at = clock.now()
    count_active(cast.treatment, staff=cast.tove, seconds=30, at=at)
    count_active(cast.other_treatment, staff=cast.tove, seconds=30, at=at + timedelta(seconds=5))

    assert [row.seconds for row in ActiveTime.objects.filter(staff=cast.tove.pk).order_by("counted_at")] == [
        30,
        5,
    ]


@pytest.mark.django_db
def test_it_goes_when_the_log_may_go(cast: Cast) -> None:
    now = clock.now()
    count_active(cast.treatment, staff=cast.tove, seconds=30, at=now - timedelta(days=1827))
    count_active(cast.treatment, staff=cast.tove, seconds=30, at=now - timedelta(days=1826))

    apply_retention(by=SYSTEM, at=now, dry_run=False)

    assert ActiveTime.objects.filter(staff=cast.tove.pk).count() == 1
