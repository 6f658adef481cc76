"""The day by which a patient is promised an answer: told before she writes, after she has, and when it is late."""

from __future__ import annotations

from datetime import date, datetime
from uuid import uuid4

import pytest
from django.test import Client

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Message, ModuleProgress, Pause, Treatment
from ikbt.treatments.promising import Promise, feedback_promised, reply_promised
from tests.cast import Cast
from tests.ikbt.treatments.patient import text_of, url


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.STOCKHOLM)


def wrote(cast: Cast, at: datetime) -> Message:
    return send_message(cast.treatment, "Hej", sender=cast.anna, client_key=uuid4(), by=SYSTEM, at=at)


def treatment(cast: Cast) -> Treatment:
    return Treatment.objects.select_related("unit").get(pk=cast.treatment.pk)


@pytest.mark.parametrize(
    ("now", "day"),
    [
        ("2026-11-27 17:45", date(2026, 12, 1)),  # Friday evening: by Tuesday
        ("2026-11-28 10:00", date(2026, 12, 1)),  # Saturday: up with Tuesday, not on Wednesday
        ("2026-04-02 15:00", date(2026, 4, 8)),  # over Easter
        ("2026-03-27 23:30", date(2026, 3, 31)),  # over the night without an hour
        ("2026-10-23 23:30", date(2026, 10, 27)),  # over the night with one more
    ],
)
def test_before_she_writes_she_is_told_the_day(cast: Cast, now: str, day: date) -> None:
    assert reply_promised(treatment(cast), at=local(now)) == Promise(day, waits=False, is_late=False)


def test_the_first_unanswered_message_decides_and_a_late_answer_is_said(cast: Cast) -> None:
    wrote(cast, local("2026-11-23 09:00"))
    wrote(cast, local("2026-11-24 09:00"))

    in_time = reply_promised(treatment(cast), at=local("2026-11-24 10:00"))
    late = reply_promised(treatment(cast), at=local("2026-11-25 09:00"))

    assert in_time == Promise(date(2026, 11, 25), waits=True, is_late=False)
    assert late.is_late


def test_days_of_a_pause_and_closed_days_are_left_out(cast: Cast) -> None:
    cast.alfa.closed_days = ["2026-11-27"]
    cast.alfa.save()
    Pause.objects.create(
        treatment=cast.treatment,
        begins_on=date(2026, 11, 25),
        resumes_on=date(2026, 11, 27),
        days=2,
        by_patient=True,
    )

    promise = reply_promised(treatment(cast), at=local("2026-11-24 09:00"))

    assert promise.day == date(2026, 12, 1)


def test_feedback_is_promised_on_what_is_handed_in_and_has_none(cast: Cast) -> None:
    progress = ModuleProgress.objects.get(treatment=cast.treatment, module_key="m01")
    at = local("2026-11-27 18:00")
    assert feedback_promised(treatment(cast), progress, at=at) is None
    progress.submitted_at = at

    promised = feedback_promised(treatment(cast), progress, at=at)
    progress.feedback_at = at

    assert promised == Promise(date(2026, 12, 1), waits=True, is_late=False)
    assert feedback_promised(treatment(cast), progress, at=at) is None


def test_the_pages_say_it(cast: Cast, anna_client: Client) -> None:
    before = text_of(anna_client.get(url(cast, "messages")))
    wrote(cast, clock.now())
    after = text_of(anna_client.get(url(cast, "messages")))
    Message.objects.update(sent_at=local("2026-01-07 09:00"))
    late = text_of(anna_client.get(url(cast, "messages")))

    assert "Om du skriver nu svarar Tove senast" in before
    assert "Tove svarar på det du har skrivit senast" in after
    assert "dröjer längre än vi lovade" in late


def test_after_handing_in_the_module_says_by_when_she_is_answered(cast: Cast, anna_client: Client) -> None:
    progress = ModuleProgress.objects.filter(treatment=cast.treatment, module_key="m01")
    progress.update(submitted_at=clock.now())

    page = text_of(anna_client.get(url(cast, "module", "m01")))

    assert "Tove svarar på det du har skrivit senast" in page
