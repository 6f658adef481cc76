"""E3: what has had its time goes, by rule and with a log row; the record and the log never go."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from io import StringIO

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command

from ikbt.accounts.models import GuessCount, Invitation, SessionRecord
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM, Unlogged
from ikbt.common import clock
from ikbt.outbox.models import Notice
from ikbt.privacy.inventory import load
from ikbt.privacy.retaining import apply_retention
from ikbt.treatments.models import Draft, EntryVersion, Message, WorksheetEntry
from measurements.models import Occasion
from tests.access.scene import answer_at_high_risk
from tests.cast import Cast

DAY = timedelta(days=1)


@pytest.fixture
def now() -> datetime:
    return clock.now()


def counts(at: datetime, *, dry_run: bool = False) -> dict[str, int]:
    """Rows by rule, of the rules that let anything go."""
    found = apply_retention(by=SYSTEM, at=at, dry_run=dry_run)
    return {one.rule: one.rows for one in found if one.rows}


def draft(cast: Cast, at: datetime) -> Draft:
    return Draft.objects.create(
        treatment=cast.treatment, author=cast.anna, purpose="message", body="hej", saved_at=at
    )


def worksheet(cast: Cast, at: datetime, *, handed_in: bool, state: str = "draft") -> WorksheetEntry:
    return WorksheetEntry.objects.create(
        treatment=cast.treatment,
        module_key="m01",
        step_key="m01-s02",
        exercise="activity_diary",
        definition_hash="0" * 64,
        state=state,
        values={"activity": "promenad"},
        client_key=uuid.uuid4(),
        created_at=at,
        saved_at=at,
        handed_in_at=at if handed_in else None,
    )


def end(cast: Cast, at: datetime) -> None:
    cast.treatment.ended_at = at
    cast.treatment.state = "closed"
    cast.treatment.save()


def begun_occasion(cast: Cast) -> Occasion:
    occasion = Occasion.objects.filter(series=cast.treatment.series_id, answered_at=None).first()
    assert occasion is not None
    occasion.draft = {"q1": "2"}
    occasion.save()
    return occasion


def test_e3_drafts_go_ninety_days_after_the_end_and_not_a_day_before(cast: Cast, now: datetime) -> None:
    draft(cast, now)
    worksheet(cast, now, handed_in=False)
    begun = begun_occasion(cast)
    end(cast, now)

    assert (
        counts(now + 90 * DAY - timedelta(seconds=1))
        .keys()
        .isdisjoint({"drafts", "work_drafts", "answer_drafts"})
    )
    gone = counts(now + 90 * DAY)

    assert {gone[rule] for rule in ("drafts", "work_drafts", "answer_drafts")} == {1}
    assert not Draft.objects.exists()
    assert not WorksheetEntry.objects.exists()
    begun.refresh_from_db()
    assert begun.draft == {}


def test_drafts_of_a_running_treatment_stay_however_old(cast: Cast, now: datetime) -> None:
    draft(cast, now)
    worksheet(cast, now, handed_in=False)
    begun_occasion(cast)

    assert counts(now + 5000 * DAY).keys().isdisjoint({"drafts", "work_drafts", "answer_drafts"})
    assert Draft.objects.count() == WorksheetEntry.objects.count() == 1


def test_e3_the_record_stays_for_ever_as_far_as_this_command_goes(cast: Cast, now: datetime) -> None:
    alert = answer_at_high_risk(cast.treatment)
    handed_in = worksheet(cast, now, handed_in=True, state="handed_in")
    taken_back = worksheet(cast, now, handed_in=True)
    EntryVersion.objects.create(
        entry=handed_in, values={"activity": "förr"}, revision=1, kept_at=now, why="changed"
    )
    Message.objects.create(
        treatment=cast.treatment,
        sender=cast.anna,
        from_patient=True,
        body="hej",
        sent_at=now,
        client_key=uuid.uuid4(),
    )
    end(cast, now)

    counts(now + 20 * 366 * DAY)

    assert set(WorksheetEntry.objects.all()) == {handed_in, taken_back}
    assert EntryVersion.objects.count() == Message.objects.count() == 1
    cast.treatment.refresh_from_db()
    alert.refresh_from_db()
    assert alert.occasion is not None
    assert alert.occasion.answer_set.answers


def test_answers_that_an_alert_builds_on_stay(cast: Cast, now: datetime) -> None:
    occasion = answer_at_high_risk(cast.treatment).occasion
    assert occasion is not None
    Occasion.objects.filter(pk=occasion.pk).update(answered_at=None, draft={"q9": "2"})
    end(cast, now)

    assert "answer_drafts" not in counts(now + 400 * DAY)
    assert Occasion.objects.get(pk=occasion.pk).draft == {"q9": "2"}


def test_e3_the_log_stays(cast: Cast, now: datetime) -> None:
    before = set(Entry.objects.values_list("pk", flat=True))

    counts(now + 20 * 366 * DAY)

    assert before <= set(Entry.objects.values_list("pk", flat=True))


def make_session(cast: Cast, now: datetime) -> None:
    Session.objects.create(session_key="k" * 32, session_data="x", expire_date=now)
    SessionRecord.objects.create(
        person=cast.anna,
        session_key="k" * 32,
        started_at=now - timedelta(hours=12),
        last_seen_at=now,
        way="passkey",
    )


def make_notices(cast: Cast, now: datetime) -> None:
    common = {"person": cast.anna, "kind": "new_message", "due_at": now}
    Notice.objects.create(**common, key="sent", sent_at=now - 90 * DAY)
    Notice.objects.create(**common, key="late", sent_at=now - 89 * DAY)
    Notice.objects.create(**common, key="unsent")


def make_invitations(cast: Cast, now: datetime) -> None:
    common = {"person": cast.anna, "created_at": now - 60 * DAY}
    Invitation.objects.create(**common, token_hash="a", expires_at=now - 30 * DAY)
    Invitation.objects.create(**common, token_hash="b", expires_at=now, used_at=now - 30 * DAY)
    Invitation.objects.create(**common, token_hash="c", expires_at=now + DAY)
    Invitation.objects.create(**common, token_hash="d", expires_at=now - 29 * DAY)


def make_guesses(cast: Cast, now: datetime) -> None:
    GuessCount.objects.create(key="old", since=now - DAY)
    GuessCount.objects.create(key="new", since=now - DAY / 2)


@pytest.mark.parametrize(
    ("rule", "make", "going", "staying"),
    [
        ("sessions", make_session, 2, 0),
        ("notices", make_notices, 1, 2),
        ("invitations", make_invitations, 2, 2),
        ("guesses", make_guesses, 1, 1),
    ],
)
def test_e3_each_rule_takes_what_is_over_and_leaves_the_rest(
    cast: Cast, now: datetime, rule: str, make: Callable[[Cast, datetime], None], going: int, staying: int
) -> None:
    make(cast, now)
    models = {
        "sessions": (Session, SessionRecord),
        "notices": (Notice,),
        "invitations": (Invitation,),
        "guesses": (GuessCount,),
    }[rule]

    assert counts(now, dry_run=True) == {rule: going}
    assert counts(now) == {rule: going}
    assert sum(model._base_manager.count() for model in models) == staying
    assert counts(now) == {}


def test_a_dry_run_changes_nothing_and_logs_nothing(cast: Cast, now: datetime) -> None:
    draft(cast, now - 100 * DAY)
    end(cast, now - 100 * DAY)
    logged = Entry.objects.count()
    out = StringIO()

    call_command("retention", stdout=out)

    assert Draft.objects.count() == 1
    assert Entry.objects.count() == logged
    assert "1 to be deleted" in out.getvalue()
    assert "Nothing was changed" in out.getvalue()


def test_apply_deletes_and_the_patients_log_tells_of_it(cast: Cast, now: datetime) -> None:
    draft(cast, now - 100 * DAY)
    end(cast, now - 100 * DAY)
    out = StringIO()

    call_command("retention", "--apply", stdout=out)

    assert not Draft.objects.exists()
    assert "1 deleted" in out.getvalue()
    row = Entry.objects.get(action=Entry.Action.DELETE)
    assert (row.role, row.patient, row.object_kind) == ("system", cast.anna.pk, "retention: drafts")


def test_the_report_names_every_rule(cast: Cast) -> None:
    out = StringIO()

    call_command("retention", stdout=out)

    told = {line.split()[0] for line in out.getvalue().splitlines()}
    assert set(load().rules) <= told
    assert out.getvalue().count("never deleted here") == 4


def test_what_cannot_be_logged_is_not_deleted(
    cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft(cast, now)
    end(cast, now)

    def full(*args: object, **kwargs: object) -> None:
        raise Unlogged("disk full")

    monkeypatch.setattr("ikbt.privacy.retaining.record", full)

    with pytest.raises(Unlogged):
        apply_retention(by=SYSTEM, at=now + 90 * DAY, dry_run=False)
    assert Draft.objects.count() == 1
