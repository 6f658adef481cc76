"""Registering a death: a day, then the same day confirmed; everything stops, and a mistake is taken back."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.common import clock
from ikbt.treatments.models import Treatment
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of

pytestmark = pytest.mark.django_db


def post(client: Client, cast: Cast, day: date, confirmed: str = "") -> str:
    where = reverse("therapist:death", args=[cast.treatment.pk])
    return text_of(client.post(where, {"died_on": day.isoformat(), "confirmed": confirmed}, follow=True))


def died_on(cast: Cast) -> date | None:
    found: date | None = (
        Treatment.objects.select_related("patient").get(pk=cast.treatment.pk).patient.deceased_on
    )
    return found


def test_the_first_step_asks_and_changes_nothing(cast: Cast, tove_client: Client) -> None:
    today = clock.today()

    page = post(tove_client, cast, today)

    assert f"Registrera att {cast.anna.name}" in page
    assert f'name="confirmed" value="{today.isoformat()}"' in page
    assert died_on(cast) is None


def test_the_same_day_once_more_registers_it_and_the_treatment_ends(cast: Cast, tove_client: Client) -> None:
    today = clock.today()

    page = post(tove_client, cast, today, confirmed=today.isoformat())

    assert died_on(cast) == today
    assert Treatment.objects.get(pk=cast.treatment.pk).end_reason == Treatment.EndReason.DECEASED
    assert "Avliden" in page


def test_another_day_than_the_one_shown_is_asked_about_anew(cast: Cast, tove_client: Client) -> None:
    today = clock.today()

    page = post(tove_client, cast, today - timedelta(days=1), confirmed=today.isoformat())

    assert "Registrera att" in page
    assert died_on(cast) is None


def test_a_day_ahead_is_refused_at_its_field(cast: Cast, tove_client: Client) -> None:
    ahead = clock.today() + timedelta(days=1)

    page = post(tove_client, cast, ahead, confirmed=ahead.isoformat())

    assert "Dagen har inte varit än." in page
    assert died_on(cast) is None


def test_a_mistake_is_taken_back(cast: Cast, tove_client: Client) -> None:
    today = clock.today()
    post(tove_client, cast, today, confirmed=today.isoformat())

    tove_client.post(reverse("therapist:take_back_death", args=[cast.treatment.pk]))

    assert died_on(cast) is None


def test_somebody_without_a_relation_registers_nothing(cast: Cast, signed_in: SignIn) -> None:
    today = clock.today().isoformat()
    for someone in cast.outsiders:
        where = reverse("therapist:death", args=[cast.treatment.pk])
        answer = signed_in(someone).post(where, {"died_on": today, "confirmed": today})
        assert answer.status_code in {403, 404}

    assert died_on(cast) is None
