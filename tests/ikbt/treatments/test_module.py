"""A module's page: ticks, what is missing, hand-in with a confirmation, feedback."""

from __future__ import annotations

from uuid import uuid4

from django.test import Client

from ikbt.common import clock
from ikbt.treatments.models import Feedback, ModuleProgress, Treatment, TreatmentEvent
from tests.cast import Cast
from tests.ikbt.treatments.patient import text_of, url


def test_the_module_names_what_is_missing(cast: Cast, anna_client: Client) -> None:
    page = text_of(anna_client.get(url(cast, "module", "m01")))

    assert "Förstå hur det hänger ihop." in page
    assert "Övningen ”Mina mål” är kvar att göra." in page


def test_handing_in_with_gaps_asks_first(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(url(cast, "hand_in_module", "m01"))

    assert page.status_code == 422
    assert "Lämna in fast något är kvar?" in text_of(page)
    assert ModuleProgress.objects.get(treatment=cast.treatment).submitted_at is None


def test_a_confirmed_hand_in_tells_the_therapist_what_was_missing(cast: Cast, anna_client: Client) -> None:
    page = anna_client.post(url(cast, "hand_in_module", "m01"), {"confirmed": "1"}, follow=True)

    assert "Du lämnade in modulen" in text_of(page)
    event = TreatmentEvent.objects.get(treatment=cast.treatment, kind="module_submitted")
    assert event.details["missing"] == ["m01-s02", "m01-s03"]


def test_handing_in_twice_is_one_hand_in(cast: Cast, anna_client: Client) -> None:
    for _ in range(2):
        anna_client.post(url(cast, "hand_in_module", "m01"), {"confirmed": "1"})

    assert TreatmentEvent.objects.filter(treatment=cast.treatment, kind="module_submitted").count() == 1


def test_feedback_is_read_when_she_says_so(cast: Cast, anna_client: Client) -> None:
    Feedback.objects.create(
        treatment=cast.treatment,
        module_key="m01",
        author=cast.tove,
        body="Fint gjort",
        sent_at=clock.now(),
        client_key=uuid4(),
    )

    assert "Fint gjort" in text_of(anna_client.get(url(cast, "module", "m01")))
    assert Feedback.objects.get().read_at is None

    page = anna_client.post(url(cast, "feedback_read", "m01"), follow=True)
    assert Feedback.objects.get().read_at is not None
    assert "Jag har läst" not in text_of(page)


def test_an_ended_treatment_takes_no_module(cast: Cast, anna_client: Client) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.DISCONTINUED)

    page = anna_client.post(url(cast, "hand_in_module", "m01"), {"confirmed": "1"}, follow=True)

    assert "Behandlingen är avslutad." in text_of(page)
    assert ModuleProgress.objects.get(treatment=cast.treatment).submitted_at is None
