"""A notice goes out once and says nothing of care; a broken mail server or queue breaks no request."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.management import call_command
from django.db import connections, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from ikbt.accounts.models import Person
from ikbt.common import clock
from ikbt.outbox import tasks
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify
from ikbt.outbox.sending import FIRST_WAIT, MOST_ATTEMPTS, due_notices, send
from tests.cast import person

KIND = Notice.Kind.NEW_MESSAGE
CLINICAL = [
    *("behandling", "depression", "ångest", "kbt", "terapi", "psyk", "patient", "vård", "formulär", "modul"),
    *("symtom", "självmord", "treatment", "anxiety", "cbt", "therap", "care", "symptom", "questionnaire"),
]


@pytest.fixture
def anna(db: None) -> Person:
    return person("Anna", "Lind")


@pytest.fixture
def notice(anna: Person) -> Notice:
    """Due, and not picked up by anyone yet."""
    return Notice.objects.create(person=anna, kind=KIND, key="message:1")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """The mail server hangs up."""

    monkeypatch.setattr(EmailMessage, "send", _hang_up)


def test_notice_is_sent_after_the_commit_and_not_before(
    anna: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        made = notify(anna, KIND, key="message:1", at=clock.now())
        assert mail.outbox == []

    assert made is not None
    assert [one.to for one in mail.outbox] == [[anna.email]]
    made.refresh_from_db()
    assert made.sent_at is not None


def test_one_key_is_one_mail(
    anna: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    for _ in range(3):
        with django_capture_on_commit_callbacks(execute=True):
            notify(anna, KIND, key="message:1", at=clock.now())

    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_rolled_back_business_sends_nothing() -> None:
    anna = person("Anna", "Lind")

    with transaction.atomic():
        notify(anna, KIND, key="message:1", at=clock.now())
        transaction.set_rollback(True)

    assert mail.outbox == []
    assert not Notice.objects.exists()


@pytest.mark.parametrize("language", ["sv", "en"])
def test_mail_says_nothing_of_care(notice: Notice, language: str) -> None:
    Person.objects.update(language=language)

    send(notice.pk, at=clock.now())

    said = f"{mail.outbox[0].subject} {mail.outbox[0].body}".lower().replace("http://localhost:8000", "")
    assert [word for word in CLINICAL if word in said] == []
    assert "http://localhost:8000/logga-in/" in mail.outbox[0].body


def test_mail_is_in_the_persons_language(notice: Notice) -> None:
    Person.objects.update(language="en")

    send(notice.pk, at=clock.now())

    assert mail.outbox[0].subject == "You have something new to read"
    assert "Hello Anna," in mail.outbox[0].body


def test_name_is_written_as_it_is(notice: Notice) -> None:
    Person.objects.update(first_name="Ann-D'Arc & Co")

    send(notice.pk, at=clock.now())

    assert "Ann-D'Arc & Co" in mail.outbox[0].body


def test_who_wants_no_mail_gets_none(anna: Person) -> None:
    anna.notices_by = Person.NoticesBy.NONE

    assert notify(anna, KIND, key="message:1", at=clock.now()) is None


def test_who_changes_her_mind_before_it_leaves_gets_none(notice: Notice) -> None:
    Person.objects.update(notices_by=Person.NoticesBy.NONE)

    assert send(notice.pk, at=clock.now()) is False
    assert mail.outbox == []
    assert not Notice.objects.exists()


@pytest.mark.usefixtures("broken")
def test_mail_outage_breaks_no_request(
    anna: Person, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        notify(anna, KIND, key="message:1", at=clock.now())

    kept = Notice.objects.get()
    assert (kept.sent_at, kept.attempts) == (None, 1)


def test_broken_queue_breaks_no_request(
    anna: Person,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    def refuse(*args: object) -> None:
        raise ConnectionError

    monkeypatch.setattr(type(tasks.deliver), "enqueue", refuse)

    with django_capture_on_commit_callbacks(execute=True):
        notify(anna, KIND, key="message:1", at=clock.now())

    assert Notice.objects.get().sent_at is None


def test_what_failed_is_sent_by_the_command_when_its_time_has_come(
    notice: Notice, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = clock.now()
    with monkeypatch.context() as outage:
        outage.setattr(EmailMessage, "send", _hang_up)
        send(notice.pk, at=now)
    assert due_notices(at=now) == []

    monkeypatch.setattr(clock, "now", lambda: now + FIRST_WAIT)
    call_command("send_notices")
    call_command("send_notices")

    assert capsys.readouterr().out.splitlines() == ["1 of 1 notices sent.", "0 of 0 notices sent."]
    assert len(mail.outbox) == 1


def test_sent_notice_is_not_sent_again(notice: Notice) -> None:
    send(notice.pk, at=clock.now())

    assert send(notice.pk, at=clock.now() + timedelta(days=1)) is False
    assert len(mail.outbox) == 1


def test_worker_that_died_leaves_the_notice_to_come_due_again_under_the_same_mail_id(
    notice: Notice,
) -> None:
    now = clock.now()
    send(notice.pk, at=now)
    Notice.objects.update(sent_at=None)  # sent, but killed before it could mark

    send(notice.pk, at=now + FIRST_WAIT)

    first, second = (one.extra_headers["Message-ID"] for one in mail.outbox)
    assert first == second


@pytest.mark.usefixtures("broken")
def test_after_ten_failures_a_human_must_look(notice: Notice) -> None:
    at = clock.now()
    for _ in range(MOST_ATTEMPTS):
        send(notice.pk, at=at)
        at += timedelta(days=1)

    assert Notice.objects.get().attempts == MOST_ATTEMPTS
    assert due_notices(at=at) == []


@pytest.mark.django_db(transaction=True)
def test_of_six_workers_at_once_one_sends() -> None:
    waiting = Notice.objects.create(person=person("Anna", "Lind"), kind=KIND, key="message:1")
    start, now = Barrier(6), clock.now() + timedelta(seconds=1)

    def work(_: int) -> bool:
        try:
            start.wait(timeout=20)
            return send(waiting.pk, at=now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(6) as pool:
        outcomes = list(pool.map(work, range(6)))

    assert outcomes.count(True) == 1
    assert len(mail.outbox) == 1


def _hang_up(self: EmailMessage, fail_silently: bool = False) -> int:
    raise SMTPServerDisconnected
