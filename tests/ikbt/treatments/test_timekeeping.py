"""The clock: what is due is done once, late or by many, by day, and right where the clock is changed."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.common.clock import STOCKHOLM, midnight
from ikbt.outbox.models import Notice
from ikbt.treatments import timekeeping
from ikbt.treatments.answering import answer_occasion
from ikbt.treatments.measuring import end_measurements
from ikbt.treatments.models import Alert, Treatment
from ikbt.treatments.timekeeping import Kept, keep_time
from measurements.models import Occasion
from measurements.recording import keep_draft_answers, risk_in
from tests.cast import Cast, gather
from tests.ikbt.treatments.courses import begun, run_until
from tests.therapist.scenes import codes

MISSING = Alert.Kind.MISSING
WEEKLY: dict[str, object] = {"instrument": "phq-9", "when": "weekly"}
# Both nights of 2027 on which Swedish clocks are changed.
SPRING, AUTUMN = date(2027, 3, 28), date(2027, 10, 31)


def weekly(treatment: Treatment, number: int) -> Occasion:
    return Occasion.objects.select_related("instrument").get(
        series=treatment.series, kind=Occasion.Kind.WEEKLY, number=number
    )


def hand_in(treatment: Treatment, occasion: Occasion, at: datetime, item9: int = 0) -> None:
    answer_occasion(
        treatment,
        occasion,
        codes("phq-9", [1] * 8 + [item9]),
        language="sv",
        client_key=uuid4(),
        given_by=treatment.patient,
        by=SYSTEM,
        at=at,
    )


def reminders(treatment: Treatment) -> list[str]:
    found = Notice.objects.filter(person=treatment.patient, rule="answer_reminder").order_by("key")
    return [notice.key.rpartition(":")[2] for notice in found]


@pytest.mark.parametrize("night", [SPRING, AUTUMN], ids=["spring", "autumn"])
def test_the_week_of_a_clock_change_opens_reminds_and_flags_on_local_time(cast: Cast, night: date) -> None:
    # Week two opens on the very night that the clock is changed.
    treatment = begun(cast, night - timedelta(days=7), [WEEKLY])
    occasion = weekly(treatment, 2)

    assert occasion.opens_at == midnight(night)
    assert occasion.closes_at == midnight(night + timedelta(days=7))
    assert not occasion.is_open(midnight(night) - timedelta(seconds=1))
    assert occasion.is_open(midnight(night))
    run_until(night + timedelta(days=7), since=night + timedelta(days=1))

    monday, tuesday = night + timedelta(days=1), night + timedelta(days=2)
    sent = Notice.objects.filter(person=treatment.patient, key__endswith=f"{monday}").get()
    assert sent.due_at.astimezone(STOCKHOLM).hour == 8
    assert reminders(treatment) == [f"{monday}", f"{tuesday}"]
    alert = Alert.objects.get(treatment=treatment, kind=MISSING)
    assert alert.raised_at == midnight(night + timedelta(days=3))


def test_reminders_come_by_day_while_she_has_not_answered(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4), [WEEKLY])
    opens = date(2027, 1, 11)
    run_until(opens + timedelta(days=2), since=opens)
    assert reminders(treatment) == ["2027-01-12"]

    hand_in(treatment, weekly(treatment, 2), midnight(opens + timedelta(days=2)))
    run_until(opens + timedelta(days=6), since=opens + timedelta(days=2))

    assert reminders(treatment) == ["2027-01-12"]


def test_two_questionnaires_of_one_day_make_one_reminder(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))

    run_until(date(2027, 1, 6), since=date(2027, 1, 4))

    assert Occasion.objects.open(midnight(date(2027, 1, 5))).filter(series=treatment.series).count() == 2
    assert reminders(treatment) == ["2027-01-05"]


def test_after_downtime_the_last_reminder_goes_out_once_and_the_missed_ones_do_not(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))
    back = midnight(date(2027, 1, 14)) + timedelta(hours=13)

    keep_time(at=back)
    keep_time(at=back + timedelta(minutes=5))

    assert reminders(treatment) == ["2027-01-13"]


def test_nobody_is_reminded_while_the_treatment_rests(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))
    Treatment.objects.filter(pk=treatment.pk).update(state=Treatment.State.PAUSED)

    run_until(date(2027, 1, 16), since=date(2027, 1, 11))

    assert reminders(treatment) == []
    assert not Alert.objects.filter(treatment=treatment).exists()


def test_a_week_without_answers_is_flagged_once_and_ends_when_she_answers(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))
    third = midnight(date(2027, 1, 14))
    hand_in(treatment, _pre(treatment), midnight(date(2027, 1, 4)))

    assert keep_time(at=third - timedelta(minutes=1)).missing == 0
    assert keep_time(at=third).missing == 1
    assert keep_time(at=third + timedelta(days=1)).missing == 0
    alert = Alert.objects.get(treatment=treatment, kind=MISSING)
    assert (alert.level, alert.owner, alert.closed_at) == (Alert.Level.WATCH, cast.tove, None)

    hand_in(treatment, weekly(treatment, 2), third + timedelta(days=2))
    alert.refresh_from_db()
    assert (alert.outcome, alert.closed_by) == (Alert.Outcome.ANSWERED, treatment.patient)


def test_downtime_flags_each_missed_week_once_but_none_that_she_has_answered_since(cast: Cast) -> None:
    treatment, other = begun(cast, date(2027, 1, 4)), begun(cast, date(2027, 1, 4))
    back = midnight(date(2027, 1, 21)) + timedelta(hours=9)
    hand_in(other, weekly(other, 3), back - timedelta(hours=1))

    keep_time(at=back)
    keep_time(at=back + timedelta(hours=1))

    flagged = Alert.objects.filter(kind=MISSING).values_list("treatment", "occasion__number")
    assert sorted(flagged) == [(treatment.pk, 2), (treatment.pk, 3)]


def test_a_unit_may_set_its_own_hours_and_switch_it_off(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))
    cast.alfa.thresholds = {"missing_weekly_hours": 0}
    cast.alfa.save()
    assert keep_time(at=midnight(date(2027, 1, 15))).missing == 0

    cast.alfa.thresholds = {"missing_weekly_hours": 96}
    cast.alfa.save()
    assert keep_time(at=midnight(date(2027, 1, 15)) - timedelta(seconds=1)).missing == 0
    assert keep_time(at=midnight(date(2027, 1, 15))).missing == 1
    assert Alert.objects.get(kind=MISSING).treatment == treatment


@pytest.mark.parametrize("item9", [1, 2, 3])
def test_a_risk_answer_that_is_never_handed_in_is_told_at_watch_after_an_hour(cast: Cast, item9: int) -> None:
    occasion, at = _pre(cast.treatment), clock.now()
    keep_draft_answers(occasion, codes("phq-9", [None] * 8 + [item9]), at=at)

    assert keep_time(at=at + timedelta(minutes=59)).unsent == 0
    assert keep_time(at=at + timedelta(minutes=60)).unsent == 1
    assert keep_time(at=at + timedelta(minutes=61)).unsent == 0
    alert = Alert.objects.get(treatment=cast.treatment)
    assert (alert.kind, alert.level, alert.occasion) == (Alert.Kind.RISK, Alert.Level.WATCH, occasion)


def test_what_she_hands_in_afterwards_lifts_it_and_a_no_is_not_told(cast: Cast) -> None:
    occasion, at = _pre(cast.treatment), clock.now()
    keep_draft_answers(occasion, codes("phq-9", [None] * 8 + [2]), at=at)
    keep_time(at=at + timedelta(hours=2))
    hand_in(cast.treatment, occasion, at + timedelta(hours=3), item9=2)
    assert Alert.objects.get(treatment=cast.treatment).level == Alert.Level.HIGH

    other = _pre(cast.other_treatment)
    keep_draft_answers(other, codes("phq-9", [3] * 8 + [0]), at=at)
    assert keep_time(at=at + timedelta(hours=4)).unsent == 0


def test_an_alert_about_an_unsent_answer_that_was_closed_is_not_raised_again(cast: Cast) -> None:
    occasion, at = _pre(cast.treatment), clock.now()
    keep_draft_answers(occasion, codes("phq-9", [None] * 8 + [1]), at=at)
    keep_time(at=at + timedelta(hours=2))
    Alert.objects.filter(occasion=occasion).update(closed_at=at + timedelta(hours=3))

    assert keep_time(at=at + timedelta(hours=4)).unsent == 0


def test_a_risk_answer_in_what_the_end_of_the_treatment_withdrew_is_told_all_the_same(cast: Cast) -> None:
    treatment = begun(cast, date(2027, 1, 4))
    occasion = weekly(treatment, 2)
    at = occasion.opens_at + timedelta(hours=1)
    keep_draft_answers(occasion, codes("phq-9", [None] * 8 + [2]), at=at)
    end_measurements(treatment, by=SYSTEM, at=at + timedelta(minutes=10))
    assert Occasion.objects.get(pk=occasion.pk).cancelled_at is not None

    assert keep_time(at=at + timedelta(hours=2)).unsent == 1
    assert Alert.objects.get(treatment=treatment, kind=Alert.Kind.RISK).occasion == occasion


def test_a_unit_may_switch_unsent_answers_off(cast: Cast) -> None:
    cast.alfa.thresholds = {"unsent_risk_minutes": 0}
    cast.alfa.save()
    at = clock.now()
    keep_draft_answers(_pre(cast.treatment), codes("phq-9", [None] * 8 + [1]), at=at)

    assert keep_time(at=at + timedelta(days=1)).unsent == 0


def test_a_follow_up_is_told_when_it_opens_and_reminded_three_times(cast: Cast) -> None:
    asked: list[dict[str, object]] = [{"instrument": "phq-9", "when": "follow_up", "month": 3}]
    treatment = begun(cast, date(2027, 1, 4), asked)
    end_measurements(treatment, by=SYSTEM, at=midnight(date(2027, 3, 15)) + timedelta(hours=10))
    Treatment.objects.filter(pk=treatment.pk).update(state=Treatment.State.FOLLOW_UP)

    run_until(date(2027, 7, 20), since=date(2027, 5, 25), every=timedelta(hours=6))

    told = Notice.objects.get(person=treatment.patient, kind=Notice.Kind.TO_ANSWER)
    assert told.due_at.astimezone(STOCKHOLM).date() == date(2027, 6, 1)
    assert reminders(treatment) == ["2027-06-15", "2027-06-22", "2027-06-29"]


def test_one_patient_s_failure_stops_nobody_else_s_and_is_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = begun(cast, date(2027, 1, 4)), begun(cast, date(2027, 1, 4))
    real = timekeeping.flag_missing

    def broken(occasion: Occasion, *, at: datetime) -> bool:
        if occasion.series_id == first.series_id:
            raise ValueError("broken data")
        return real(occasion, at=at)

    monkeypatch.setattr(timekeeping, "flag_missing", broken)
    kept = keep_time(at=midnight(date(2027, 1, 14)))

    assert (kept.missing, kept.failed) == (1, 1)
    assert Alert.objects.get(kind=MISSING).treatment == second


def test_the_command_says_what_it_did_and_fails_when_a_step_did(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], db: None
) -> None:
    call_command("run_clock")
    assert capsys.readouterr().out.startswith("0 alerts passed on, 0 taken ones asked after, 0 notices")

    path = "ikbt.treatments.management.commands.run_clock.keep_time"
    monkeypatch.setattr(path, lambda at: Kept(failed=2))
    with pytest.raises(CommandError, match="2 steps failed"):
        call_command("run_clock")


@pytest.mark.django_db(transaction=True)
def test_three_workers_at_once_flag_and_remind_once() -> None:
    cast = gather()
    courses = [begun(cast, date(2027, 1, 4)) for _number in range(5)]
    at = midnight(date(2027, 1, 14)) + timedelta(hours=9)
    unsent = _pre(courses[0])
    keep_draft_answers(unsent, codes("phq-9", [None] * 8 + [1]), at=at - timedelta(hours=2))
    start = Barrier(3)

    def work(_number: int) -> Kept:
        try:
            start.wait(timeout=20)
            return keep_time(at=at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        kept = list(pool.map(work, range(3)))

    assert sum(one.missing for one in kept) == 5
    assert sum(one.unsent for one in kept) == 1
    assert not any(one.failed for one in kept)
    assert Alert.objects.filter(kind=MISSING).count() == 5
    assert Alert.objects.filter(kind=Alert.Kind.RISK).count() == 1
    assert [len(reminders(treatment)) for treatment in courses] == [1] * 5


def _pre(treatment: Treatment) -> Occasion:
    return Occasion.objects.select_related("instrument").get(
        series=treatment.series, instrument__slug="phq-9", kind=Occasion.Kind.PRE
    )


def test_one_patients_unreadable_draft_keeps_no_others_risk_from_being_told(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = (begun(cast, date(2027, 1, 4), [WEEKLY]) for _ in range(2))
    at = midnight(date(2027, 1, 11)) + timedelta(hours=9)
    for treatment in (first, second):
        keep_draft_answers(weekly(treatment, 2), codes("phq-9", [None] * 8 + [2]), at=at)

    def failing(occasion: Occasion, draft: Mapping[str, str]) -> object:
        if occasion.series.treatment == first:
            raise RuntimeError("can't be read")
        return risk_in(occasion, draft)

    monkeypatch.setattr(timekeeping, "risk_in", failing)
    kept = keep_time(at=at + timedelta(hours=2))

    assert (kept.unsent, kept.failed) == (1, 1)
    assert Alert.objects.filter(treatment=second, kind=Alert.Kind.RISK).exists()
