"""C5: the log is kept five years, and a cut leaves a chain that tells of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.conf import LazySettings
from django.core.management import CommandError

from ikbt.audit.models import Entry
from ikbt.audit.pruning import TooYoung, prune, years_before
from ikbt.audit.recording import SYSTEM, record
from ikbt.common import clock
from tests.ikbt.audit.conftest import ROWS, Sql, audit, first_wrong

LATER = timedelta(days=6 * 366)


@pytest.fixture
def six_years_later(chain: list[Entry], monkeypatch: pytest.MonkeyPatch) -> datetime:
    """The chain is old; one row is of today."""
    now = clock.now() + LATER
    monkeypatch.setattr(clock, "now", lambda: now)
    record(Entry.Action.READ, by=SYSTEM, kind="treatment")
    return now


def test_c5_a_cut_removes_the_old_and_leaves_a_chain(six_years_later: datetime) -> None:
    audit("anchor")

    assert audit("prune", "--before", "2027-01-01") == f"{ROWS} rows are gone.\n"

    assert Entry.objects.order_by("seq").values_list("seq", flat=True)[0] == ROWS + 1
    assert audit("verify").startswith("2 rows are as they were written; 1 anchors")


def test_c5_a_dry_run_removes_nothing(six_years_later: datetime) -> None:
    assert audit("prune", "--before", "2027-01-01", "--dry-run") == f"{ROWS} rows would go.\n"
    assert Entry.objects.count() == ROWS + 1


def test_c5_younger_than_five_years_stays(chain: list[Entry]) -> None:
    with pytest.raises(TooYoung):
        prune(before=clock.now() - timedelta(days=4 * 365), by=SYSTEM, at=clock.now())
    with pytest.raises(CommandError, match="5 years"):
        audit("prune", "--before", clock.today().isoformat())
    assert Entry.objects.count() == ROWS


def test_c5_the_cut_stops_at_the_first_young_row(
    six_years_later: datetime, chain: list[Entry], sql: Sql
) -> None:
    """A row whose clock was ahead keeps those after it: no hole in the chain."""
    prune_before = years_before(six_years_later, 5)
    sql("UPDATE audit_entry SET at = %s WHERE seq = 4", six_years_later)

    assert prune(before=prune_before, by=SYSTEM, at=six_years_later) == 3
    assert Entry.objects.order_by("seq").values_list("seq", flat=True)[0] == 4


def test_c5_everything_may_go_and_the_cut_remains(chain: list[Entry]) -> None:
    now = clock.now() + LATER

    assert prune(before=years_before(now, 5), by=SYSTEM, at=now) == ROWS

    assert [row.action for row in Entry.objects.all()] == ["prune"]
    audit("verify")
    assert prune(before=chain[0].at, by=SYSTEM, at=now) == 0


def test_c5_cuts_follow_each_other(six_years_later: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    audit("prune", "--before", "2027-01-01")
    later = six_years_later + LATER
    monkeypatch.setattr(clock, "now", lambda: later)

    assert audit("prune", "--before", "2033-01-01") == "2 rows are gone.\n"
    assert audit("verify").startswith("1 rows")


def test_c3_a_cut_that_was_not_signed_is_found(
    six_years_later: datetime, settings: LazySettings, sql: Sql
) -> None:
    """Who can write rows but has not the key can't cut."""
    key, settings.AUDIT_ANCHOR_KEY = settings.AUDIT_ANCHOR_KEY, "another key"
    audit("prune", "--before", "2027-01-01")
    settings.AUDIT_ANCHOR_KEY = key

    assert first_wrong() == f"Row 1: is missing: rows 1 to {ROWS} are gone without a signed cut"


@pytest.mark.usefixtures("guarded")
def test_c5_a_cut_works_with_the_guards_and_leaves_them(
    six_years_later: datetime, settings: LazySettings
) -> None:
    settings.AUDIT_GUARDS = True

    audit("prune", "--before", "2027-01-01")

    audit("verify")


def test_29_february_has_a_day_five_years_before() -> None:
    assert years_before(datetime(2028, 2, 29, 8, tzinfo=UTC), 5) == datetime(2023, 2, 28, 8, tzinfo=UTC)
