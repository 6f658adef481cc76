"""Each notice goes the way its person chose: same limits, handed over once, and a text says nothing of care."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from django.conf import LazySettings
from django.core import mail

from ikbt.accounts.models import Person
from ikbt.common.clock import midnight
from ikbt.outbox import judging
from ikbt.outbox.channels import channel_of, is_owed
from ikbt.outbox.limits import LEAST_BETWEEN
from ikbt.outbox.models import Notice
from ikbt.outbox.queueing import notify, notify_by_rule
from ikbt.outbox.sending import FIRST_WAIT, due_notices, send
from ikbt.outbox.sms import memory
from ikbt.outbox.sms.base import NotSent, SmsBackend, Text, Unsure
from tests.cast import person

NOON = midnight(date(2027, 1, 4)) + timedelta(hours=12)
NUMBER = "+46701740605"
SMS, EMAIL, NONE = Person.NoticesBy.SMS, Person.NoticesBy.EMAIL, Person.NoticesBy.NONE
TEXTED = sorted(set(Notice.Kind.values) - set(Notice.ALWAYS))
# 3GPP TS 23.038: a text of these signs alone fits in one part of 160.
GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
) | set("abcdefghijklmnopqrstuvwxyzäöñüà")
OF_CARE = (
    *(
        "behandl",
        "depression",
        "ångest",
        "kbt",
        "terap",
        "psyk",
        "patient",
        "vård",
        "modul",
        "symtom",
        "formulär",
    ),
    *("treatment", "anxiety", "cbt", "therap", "symptom", "care", "suicid", "anna", "lind"),
)


class Refusing(SmsBackend):
    def send(self, text: Text) -> None:
        raise NotSent(f"no connection for {text.to}")


class Breaking(SmsBackend):
    def send(self, text: Text) -> None:
        raise RuntimeError(text.to)


class Slow(SmsBackend):
    def send(self, text: Text) -> None:
        raise Unsure


@pytest.fixture(autouse=True)
def texts(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Text]]:
    """What left by text; and whatever a rule asks for is still wanted."""
    monkeypatch.setattr(judging, "_judges", {"test": lambda notice, at: ""})
    memory.outbox.clear()
    yield memory.outbox
    memory.outbox.clear()


@pytest.fixture
def anna(db: None) -> Person:
    return person("Anna", "Lind", phone=NUMBER, notices_by=SMS)


def asked(who: Person, *, at: datetime = NOON) -> Notice:
    kind = Notice.Kind.REMINDER
    made = notify_by_rule(who, kind, key=uuid4().hex, rule="rule", version=1, subject=uuid4(), at=at)
    assert made is not None
    return made


def by_hand(who: Person, kind: str = Notice.Kind.NEW_MESSAGE) -> Notice:
    made = notify(who, Notice.Kind(kind), key=uuid4().hex, at=NOON)
    assert made is not None
    return made


def use(settings: LazySettings, backend: type[SmsBackend]) -> None:
    settings.SMS_BACKEND = f"{__name__}.{backend.__name__}"


def test_whoever_chose_texts_gets_one_and_no_mail_and_the_log_says_so(
    anna: Person, texts: list[Text]
) -> None:
    notice = asked(anna)

    assert send(notice.pk, at=NOON)

    notice.refresh_from_db()
    assert ([one.to for one in texts], mail.outbox, notice.channel) == ([NUMBER], [], Notice.Channel.SMS)
    assert texts[0].reference == str(notice.pk)


@pytest.mark.parametrize("number", ["", "021-12 34 56", "fråga mig"])
def test_without_a_number_that_takes_texts_it_goes_by_mail(
    anna: Person, texts: list[Text], number: str
) -> None:
    Person.objects.update(phone=number)

    assert send(asked(anna).pk, at=NOON)

    assert (len(texts), len(mail.outbox)) == (0, 1)
    assert Notice.objects.get().channel == Notice.Channel.EMAIL


def test_without_a_gateway_it_goes_by_mail(anna: Person, settings: LazySettings) -> None:
    settings.SMS_BACKEND = ""

    assert channel_of(anna, Notice.Kind.REMINDER) == Notice.Channel.EMAIL


@pytest.mark.parametrize("kind", sorted(Notice.ALWAYS))
def test_what_always_goes_out_goes_by_mail_whatever_she_chose(anna: Person, kind: str) -> None:
    for chosen in (SMS, EMAIL, NONE):
        anna.notices_by = chosen
        assert channel_of(anna, kind) == Notice.Channel.EMAIL


def test_whoever_wants_none_is_dead_or_not_active_is_owed_none(anna: Person) -> None:
    kind = Notice.Kind.REMINDER
    assert is_owed(anna, kind)
    for change in ({"notices_by": NONE}, {"is_active": False}, {"deceased_on": date(2027, 1, 1)}):
        assert not is_owed(Person(phone=NUMBER, **{"notices_by": SMS, **change}), kind)


def test_whoever_changes_her_way_before_it_leaves_gets_it_the_new_way(
    anna: Person, texts: list[Text]
) -> None:
    notice = asked(anna)
    Person.objects.update(notices_by=EMAIL)

    assert send(notice.pk, at=NOON)

    assert (len(texts), len(mail.outbox)) == (0, 1)


def test_48_hours_hold_across_both_ways(anna: Person, texts: list[Text]) -> None:
    tomorrow = NOON + timedelta(days=1)
    first, second = asked(anna), asked(anna, at=tomorrow)
    assert send(first.pk, at=NOON)
    Person.objects.update(notices_by=EMAIL)

    assert not send(second.pk, at=tomorrow)
    assert send(second.pk, at=NOON + LEAST_BETWEEN)
    assert (len(texts), len(mail.outbox)) == (1, 1)


def test_a_text_that_certainly_did_not_go_is_tried_again(
    anna: Person, settings: LazySettings, texts: list[Text], caplog: pytest.LogCaptureFixture
) -> None:
    notice, works = asked(anna), settings.SMS_BACKEND
    use(settings, Refusing)
    assert not send(notice.pk, at=NOON)
    assert NUMBER not in caplog.text
    settings.SMS_BACKEND = works

    assert send(notice.pk, at=NOON + FIRST_WAIT)

    assert len(texts) == 1


@pytest.mark.parametrize("backend", [Slow, Breaking])
def test_an_automatic_text_that_may_have_gone_is_never_sent_again(
    anna: Person,
    settings: LazySettings,
    texts: list[Text],
    backend: type[SmsBackend],
    caplog: pytest.LogCaptureFixture,
) -> None:
    notice, works = asked(anna), settings.SMS_BACKEND
    use(settings, backend)
    assert not send(notice.pk, at=NOON)
    settings.SMS_BACKEND = works

    assert not send(notice.pk, at=NOON + timedelta(days=1))

    assert due_notices(at=NOON + timedelta(days=1)) == []
    assert texts == []
    notice.refresh_from_db()
    assert (notice.sent_at, notice.channel) == (None, Notice.Channel.SMS)
    assert NUMBER not in caplog.text


def test_what_somebodys_act_asks_for_comes_again_under_the_same_reference(
    anna: Person, settings: LazySettings, texts: list[Text]
) -> None:
    notice, works = by_hand(anna), settings.SMS_BACKEND
    use(settings, Slow)
    assert not send(notice.pk, at=NOON)
    settings.SMS_BACKEND = works

    assert send(notice.pk, at=NOON + FIRST_WAIT)

    assert [one.reference for one in texts] == [str(notice.pk)]


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", TEXTED)
def test_d14_a_text_is_short_and_says_nothing_of_care_or_of_anybody(
    anna: Person, texts: list[Text], kind: str, language: str, settings: LazySettings
) -> None:
    Person.objects.update(language=language)
    settings.WAGTAILADMIN_BASE_URL = "https://sida.regionen.example"

    send(by_hand(anna, kind).pk, at=NOON)

    body = texts[0].body
    assert len(body) <= 160
    assert set(body) <= GSM
    assert "https://sida.regionen.example/logga-in/ " in f"{body} "
    rest = body.lower().replace("https://sida.regionen.example/logga-in/", "")
    assert [word for word in OF_CARE if word in rest] == []


def test_a_text_is_in_her_language(anna: Person, texts: list[Text]) -> None:
    send(by_hand(anna).pk, at=NOON)
    Person.objects.update(language="en")
    send(by_hand(anna).pk, at=NOON)

    assert [one.body.split()[0] for one in texts] == ["Du", "You"]
