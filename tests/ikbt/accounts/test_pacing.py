"""R17: how many forms one person may send in a while, and that nothing she wrote is lost when it is too many."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import get_resolver, reverse
from pytest_django import DjangoAssertNumQueries

from ikbt.accounts import pacing
from ikbt.accounts.guessing import Limit
from ikbt.common import clock
from ikbt.treatments.models import Message
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.ikbt.treatments.patient import url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "ANY", Limit(4, timedelta(minutes=5)))
    monkeypatch.setitem(pacing.PACES, "treatments:messages", Limit(2, timedelta(minutes=10)))


def send(cast: Cast, body: str = "Hej igen till dig") -> int:
    """The status of one message sent by the patient from her page."""
    answer = signed_in_client(cast.anna).post(
        url(cast, "messages"), {"body": body, "client_key": str(uuid4())}, HTTP_ACCEPT="text/html"
    )
    return int(answer.status_code)


def test_r17_too_many_are_refused_with_the_time_to_wait_and_the_text(cast: Cast) -> None:
    assert [send(cast), send(cast)] == [302, 302]

    answer = signed_in_client(cast.anna).post(
        url(cast, "messages"),
        {"body": "Detta fick inte plats nu", "client_key": str(uuid4())},
        HTTP_ACCEPT="text/html",
    )

    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 600
    assert "Detta fick inte plats nu" in answer.content.decode()
    assert Message.objects.filter(treatment=cast.treatment).count() == 2


def test_r17_a_script_is_told_in_json(cast: Cast) -> None:
    send(cast)
    send(cast)

    answer = signed_in_client(cast.anna).post(
        url(cast, "messages"), {"body": "x"}, HTTP_X_REQUESTED_WITH="fetch"
    )

    assert (answer.status_code, answer.json()) == (429, {"error": "too_many"})


def test_r17_when_the_time_is_over_it_goes_on(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [send(cast), send(cast), send(cast)] == [302, 302, 429]

    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "now", lambda: later)

    assert send(cast) == 302


def test_r17_one_person_holds_up_no_other(cast: Cast) -> None:
    for _ in range(3):
        send(cast)

    tove = signed_in_client(cast.tove)
    answer = tove.post(
        reverse("therapist:messages", args=[cast.treatment.pk]), {"body": "Hej", "client_key": str(uuid4())}
    )

    assert answer.status_code == 302


def test_r17_reading_is_not_counted(cast: Cast) -> None:
    anna = signed_in_client(cast.anna)

    assert {anna.get(url(cast, "messages")).status_code for _ in range(8)} == {200}


def test_r17_answers_about_risk_are_never_held_up(cast: Cast) -> None:
    anna = signed_in_client(cast.anna)
    occasion = cast.treatment.series.occasions.earliest("opens_at")
    for _ in range(6):
        anna.post(reverse("accounts:language"), {"language": "sv"})

    held_up = anna.post(reverse("accounts:language"), {"language": "sv"})
    answered = anna.post(
        reverse("treatments:questionnaire", args=[cast.treatment.pk, occasion.pk]), {"action": "save"}
    )

    assert held_up.status_code == 429
    assert answered.status_code != 429


def test_r17_what_staff_hear_of_risk_and_signing_out_are_never_held_up(cast: Cast) -> None:
    tove = signed_in_client(cast.tove)
    occasion = cast.treatment.series.occasions.earliest("opens_at")
    for _ in range(6):
        tove.post(reverse("accounts:language"), {"language": "sv"})

    held_up = tove.post(reverse("accounts:language"), {"language": "sv"})
    told = tove.post(reverse("therapist:answer_for", args=[cast.treatment.pk, occasion.pk]), {})
    left = tove.post(reverse("accounts:sign_out"))

    assert held_up.status_code == 429
    assert told.status_code != 429
    assert left.status_code == 302


def test_r17_every_route_with_a_pace_of_its_own_exists() -> None:
    for route in {*pacing.PACES, *pacing.NEVER_HELD_UP}:
        app, _, name = route.partition(":")
        inside = get_resolver().namespace_dict[app][1]
        assert name in inside.reverse_dict, route


def test_r17_counting_costs_one_query_where_nothing_is_amiss(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = str(cast.anna.pk)
    pacing.seconds_to_wait(person, "x")

    with django_assert_num_queries(1):
        assert pacing.seconds_to_wait(person, "x") == 0
