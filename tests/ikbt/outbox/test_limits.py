"""Automatic messages: by day, 48 hours apart, not too late, handed over once; what people do is not held up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from threading import Barrier
from uuid import uuid4

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connections

from ikbt.accounts.models import Person
from ikbt.common.clock import STOCKHOLM, midnight
from ikbt.outbox import judging
from ikbt.outbox.limits import LATEST, LEAST_BETWEEN, next_daytime
from ikbt.outbox.models import LatestAutomatic, Notice
from ikbt.outbox.queueing import notify, notify_by_rule
from ikbt.outbox.sending import FIRST_WAIT, due_notices, send
from tests.cast import person

NOON = midnight(date(2027, 1, 4)) + timedelta(hours=12)
HOUR = timedelta(hours=1)


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
    first, second = asked(anna), asked(anna)
    assert send(first.pk, at=NOON)

    assert not send(second.pk, at=NOON + HOUR)
    second.refresh_from_db()
    assert (second.due_at, second.attempts) == (NOON + LEAST_BETWEEN, 0)
    assert not send(second.pk, at=NOON + LEAST_BETWEEN - timedelta(seconds=1))
    assert send(second.pk, at=NOON + LEAST_BETWEEN)
    assert len(mail.outbox) == 2


def test_of_three_at_once_the_third_is_too_late_and_never_sent(anna: Person) -> None:
    for one in [asked(anna) for _number in range(3)]:
        send(one.pk, at=NOON)
    for days in range(1, 8):
        for late in due_notices(at=NOON + timedelta(days=days)):
            send(late, at=NOON + timedelta(days=days))

    assert len(mail.outbox) == 2
    assert Notice.objects.get(sent_at=None).dropped == Notice.Dropped.LATE


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

    waiting, other = asked(anna), asked(anna)
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
