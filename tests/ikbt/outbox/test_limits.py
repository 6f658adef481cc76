"""Automatic messages: by day, 48 hours apart, one for all that wait, handed over once; what people do goes on."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import pairwise
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ikbt.accounts.models import Person
from ikbt.common.clock import STOCKHOLM, local_date, midnight
from ikbt.outbox import judging
from ikbt.outbox.limits import LATEST, LEAST_BETWEEN, came_due, next_daytime
from ikbt.outbox.models import LatestAutomatic, Notice
from ikbt.outbox.queueing import notify, notify_by_rule
from ikbt.outbox.sending import FIRST_WAIT, due_notices, send
from tests.cast import person

NOON = midnight(date(2027, 1, 4)) + timedelta(hours=12)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(autouse=True)
def wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a rule asks for is still wanted; that has tests of its own where the rules are."""
    monkeypatch.setattr(judging, "_judges", {"test": lambda notice, at: ""})


@pytest.fixture
def anna(db: None) -> Person:
    return person("Anna", "Lind")


def asked(who: Person, *, at: datetime = NOON, kind: Notice.Kind = Notice.Kind.REMINDER) -> Notice:
    made = notify_by_rule(who, kind, key=uuid4().hex, rule="rule", version=1, subject=uuid4(), at=at)
    assert made is not None
    return made


def test_two_automatic_messages_are_48_hours_apart(anna: Person) -> None:
    first, second = asked(anna), asked(anna, at=NOON + DAY)
    assert send(first.pk, at=NOON)

    assert not send(second.pk, at=NOON + DAY)
    second.refresh_from_db()
    assert (second.due_at, second.attempts) == (NOON + LEAST_BETWEEN, 0)
    assert not send(second.pk, at=NOON + LEAST_BETWEEN - timedelta(seconds=1))
    assert send(second.pk, at=NOON + LEAST_BETWEEN)
    assert len(mail.outbox) == 2


def test_of_three_that_come_due_on_one_day_one_goes_for_all(anna: Person) -> None:
    first, *others = [asked(anna, at=NOON + number * HOUR) for number in range(3)]
    assert send(first.pk, at=NOON)

    for number, one in enumerate(others, 1):
        assert not send(one.pk, at=NOON + number * HOUR)

    assert len(mail.outbox) == 1
    for one in others:
        one.refresh_from_db()
        assert (one.dropped, one.covered_by) == (Notice.Dropped.COVERED, first)


def test_of_those_that_wait_the_last_one_goes_and_covers_the_others(anna: Person) -> None:
    """The first on Monday; those of Tuesday and of early Wednesday wait till Wednesday noon, and one goes for both."""
    send(asked(anna).pk, at=NOON)
    tuesday, wednesday = asked(anna, at=NOON + DAY), asked(anna, at=NOON + 2 * DAY - HOUR)
    for one, days in ((tuesday, 1), (wednesday, 2)):
        assert not send(one.pk, at=NOON + days * DAY - HOUR * (days - 1))

    went = [pk for pk in due_notices(at=NOON + LEAST_BETWEEN) if send(pk, at=NOON + LEAST_BETWEEN)]

    tuesday.refresh_from_db()
    assert went == [wednesday.pk]
    assert (tuesday.dropped, tuesday.covered_by) == (Notice.Dropped.COVERED, wednesday)
    assert len(mail.outbox) == 2


def test_what_came_due_the_day_after_one_left_is_not_covered_by_it(anna: Person) -> None:
    send(asked(anna).pk, at=NOON)
    next_day = asked(anna, at=NOON + DAY)

    assert not send(next_day.pk, at=NOON + DAY)

    next_day.refresh_from_db()
    assert next_day.dropped == ""


def test_one_that_perhaps_never_left_covers_nothing(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_off(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPServerDisconnected

    with monkeypatch.context() as outage:
        outage.setattr(EmailMessage, "send", break_off)
        assert not send(asked(anna).pk, at=NOON)
    other = asked(anna, at=NOON + HOUR)

    assert not send(other.pk, at=NOON + HOUR)
    assert send(other.pk, at=NOON + LEAST_BETWEEN)


def test_what_is_no_longer_wanted_says_so_though_another_covers_it(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(asked(anna).pk, at=NOON)
    other = asked(anna, at=NOON + HOUR)
    monkeypatch.setattr(judging, "_judges", {"test": lambda notice, at: Notice.Dropped.DONE})

    send(other.pk, at=NOON + HOUR)

    other.refresh_from_db()
    assert (other.dropped, other.covered_by) == (Notice.Dropped.DONE, None)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(0, 6 * 24), min_size=2, max_size=12))
def test_whatever_comes_due_one_leaves_within_60_hours_that_tells_of_it(
    anna: Person, hours: list[int]
) -> None:
    """However many rules are due and when: never two within 48 hours, and nothing is dropped as late."""
    with transaction.atomic():
        _live_through(anna, sorted(hours))
        rows = list(Notice.objects.filter(person=anna).select_related("covered_by"))
        transaction.set_rollback(True)
    left = sorted(one.sent_at for one in rows if one.sent_at is not None)

    assert all(later - earlier >= LEAST_BETWEEN for earlier, later in pairwise(left))
    for one in rows:
        told = one.sent_at if one.covered_by is None else one.covered_by.sent_at
        assert told is not None, one.dropped
        assert local_date(told) >= local_date(came_due(one))
        assert told - came_due(one) <= timedelta(hours=60)


def _live_through(anna: Person, hours: list[int]) -> None:
    """Each comes due at its hour; once an hour the outbox is emptied."""
    for hour in range(max(hours) + 72):
        at = NOON + hour * HOUR
        for _number in range(hours.count(hour)):
            send(asked(anna, at=at).pk, at=at)
        for pk in due_notices(at=at):
            send(pk, at=at)


def test_what_a_person_does_is_told_at_once_in_between(anna: Person) -> None:
    send(asked(anna).pk, at=NOON)

    told = notify(anna, Notice.Kind.NEW_MESSAGE, key="message:1", at=NOON + HOUR)

    assert told is not None
    assert send(told.pk, at=NOON + HOUR)
    night = midnight(date(2027, 1, 5)) + 2 * HOUR
    at_night = notify(anna, Notice.Kind.SIGN_IN_CHANGED, key="sign-in:1", at=night)
    assert at_night is not None
    assert send(at_night.pk, at=night)


@pytest.mark.parametrize("night", [date(2027, 3, 28), date(2027, 10, 31)], ids=["spring", "autumn"])
@pytest.mark.parametrize("hours", [0, 1.5, 2.5, 3.5, 7.9])
def test_at_night_it_waits_for_eight_also_when_the_clock_is_changed(night: date, hours: float) -> None:
    moment = midnight(night) + timedelta(hours=hours)

    waits = next_daytime(moment)

    local = waits.astimezone(STOCKHOLM)
    assert (local.date(), local.hour, local.minute) == (night, 8, 0)


def test_late_in_the_evening_it_waits_for_the_next_morning() -> None:
    assert next_daytime(NOON + 8 * HOUR) == midnight(date(2027, 1, 5)) + 8 * HOUR
    assert next_daytime(NOON + 7.9 * HOUR) == NOON + 7.9 * HOUR


def test_an_outage_of_three_days_makes_it_too_late(anna: Person) -> None:
    waiting = asked(anna)

    assert not send(waiting.pk, at=NOON + LATEST)

    waiting.refresh_from_db()
    assert waiting.dropped == Notice.Dropped.LATE
    assert mail.outbox == []


def test_nobody_who_judges_means_that_it_is_not_sent(anna: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "_judges", {})

    assert not send(asked(anna).pk, at=NOON)
    assert mail.outbox == []


def test_whoever_wants_none_any_more_gets_none_and_it_is_kept_why(anna: Person) -> None:
    waiting = asked(anna)
    Person.objects.update(is_active=False)

    assert not send(waiting.pk, at=NOON)

    waiting.refresh_from_db()
    assert waiting.dropped == Notice.Dropped.NOBODY


def test_one_that_was_begun_is_never_sent_again_though_nobody_knows_whether_it_went(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPServerDisconnected

    waiting = asked(anna)
    with monkeypatch.context() as outage:
        outage.setattr(EmailMessage, "send", break_off)
        assert not send(waiting.pk, at=NOON)

    assert due_notices(at=NOON + timedelta(days=1)) == []
    assert not send(waiting.pk, at=NOON + FIRST_WAIT)
    waiting.refresh_from_db()
    assert (waiting.begun_at, waiting.sent_at) == (NOON, None)


def test_one_that_was_refused_for_certain_is_tried_again_and_keeps_its_turn(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPRecipientsRefused({})

    waiting, other = asked(anna), asked(anna)
    with monkeypatch.context() as outage:
        outage.setattr(EmailMessage, "send", refuse)
        assert not send(waiting.pk, at=NOON)

    assert not send(other.pk, at=NOON + FIRST_WAIT)
    assert send(waiting.pk, at=NOON + FIRST_WAIT)
    assert len(mail.outbox) == 1


def test_after_one_that_was_tried_again_the_48_hours_run_from_when_it_left(
    anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:
        raise SMTPRecipientsRefused({})

    waiting, other = asked(anna), asked(anna, at=NOON + DAY)
    with monkeypatch.context() as outage:
        outage.setattr(EmailMessage, "send", refuse)
        assert not send(waiting.pk, at=NOON)
    assert send(waiting.pk, at=NOON + HOUR)

    assert not send(other.pk, at=NOON + LEAST_BETWEEN)
    assert send(other.pk, at=NOON + HOUR + LEAST_BETWEEN)


def test_one_that_is_dropped_holds_nobody_s_turn(anna: Person) -> None:
    waiting = asked(anna)
    LatestAutomatic.objects.create(person=anna, notice=waiting.pk, at=NOON)

    assert not send(waiting.pk, at=NOON + LATEST)

    assert not LatestAutomatic.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_six_different_messages_to_one_person_at_once_one_goes() -> None:
    anna = person("Anna", "Lind")
    waiting = [asked(anna).pk for _number in range(6)]
    mail.outbox.clear()
    Notice.objects.update(sent_at=None, begun_at=None, due_at=NOON, attempts=0)
    LatestAutomatic.objects.all().delete()
    start = Barrier(6)

    def work(number: int) -> bool:
        try:
            start.wait(timeout=20)
            return send(waiting[number], at=NOON)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(work, range(6)))

    assert outcomes.count(True) == 1
    assert len(mail.outbox) == 1
