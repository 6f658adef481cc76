"""The start page of a treatment: today's one step, what is due, what is new, what is locked and why."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.messaging import send_message
from ikbt.treatments.models import Feedback, ModuleProgress, Treatment
from tests.cast import Cast
from tests.conftest import SignIn


def address(cast: Cast) -> str:
    return reverse("treatments:treatment", args=[cast.treatment.pk])


def test_home_leads_to_the_running_treatment(cast: Cast, anna_client: Client) -> None:
    response = anna_client.get(reverse("treatments:home"))

    assert response["Location"] == address(cast)


def test_somebody_without_a_treatment_meets_a_kind_page(cast: Cast, signed_in: SignIn) -> None:
    response = signed_in(cast.kim).get(reverse("treatments:home"))

    assert response.status_code == 200
    assert "ingen behandling" in response.content.decode()


def test_today_s_step_is_one_tap_away(cast: Cast, anna_client: Client) -> None:
    page = anna_client.get(address(cast)).content.decode()

    assert reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s01"]) in page


def test_going_on_leads_back_to_the_step_she_was_at_last(cast: Cast, anna_client: Client) -> None:
    ModuleProgress.objects.filter(treatment=cast.treatment).update(
        steps_done=["m01-s01"], last_step="m01-s03"
    )

    page = anna_client.get(address(cast)).content.decode()

    assert f'href="{reverse("treatments:step", args=[cast.treatment.pk, "m01", "m01-s03"])}"' in page


def test_the_card_and_the_list_agree_on_what_is_begun(cast: Cast, anna_client: Client) -> None:
    ModuleProgress.objects.filter(treatment=cast.treatment).update(steps_done=[], last_step="")
    untouched = anna_client.get(address(cast)).content.decode()
    ModuleProgress.objects.filter(treatment=cast.treatment).update(steps_done=[], last_step="m01-s01")
    begun = anna_client.get(address(cast)).content.decode()

    assert ("Fortsätt där du var" in untouched, "Inte påbörjat" in untouched) == (False, True)
    assert ("Fortsätt där du var" in begun, "Inte påbörjat" in begun) == (True, False)


def test_due_questionnaires_come_before_the_modules(cast: Cast, anna_client: Client) -> None:
    page = anna_client.get(address(cast)).content.decode()

    assert page.index("/skattning/") < page.index("/modul/")


def test_a_locked_module_says_what_is_left(cast: Cast, anna_client: Client) -> None:
    page = anna_client.get(address(cast)).content.decode()

    assert "Lämna in ”Första modulen” först." in page
    assert "2 övningar är kvar att göra." in page
    assert "Den öppnar om tidigast 5 dagar" in page


def test_unread_message_and_feedback_are_shown_first(cast: Cast, anna_client: Client) -> None:
    now = clock.now()
    send_message(cast.treatment, "Hej Anna", sender=cast.tove, client_key=uuid4(), by=SYSTEM, at=now)
    Feedback.objects.create(
        treatment=cast.treatment,
        module_key="m01",
        author=cast.tove,
        body="Bra!",
        sent_at=now,
        client_key=uuid4(),
    )

    page = anna_client.get(address(cast)).content.decode()

    assert "Du har ett nytt meddelande från Tove" in page
    assert "Ny återkoppling på ”Första modulen”" in page
    assert "Hej Anna" not in page


def test_an_ended_treatment_can_be_read_but_offers_no_work(cast: Cast, anna_client: Client) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(state=Treatment.State.CLOSED, ended_at=clock.now())

    page = anna_client.get(address(cast)).content.decode()

    assert "Din behandling är avslutad" in page
    assert "Första modulen" in page
    assert "Börja här" not in page


def test_the_week_is_counted_from_the_start(cast: Cast, anna_client: Client) -> None:
    starts_on = clock.today() - timedelta(days=15)
    ends_on = starts_on + timedelta(weeks=10)
    Treatment.objects.filter(pk=cast.treatment.pk).update(starts_on=starts_on, ends_on=ends_on)

    assert "Vecka 3 av 10" in anna_client.get(address(cast)).content.decode()


def test_whoever_has_every_answer_is_not_told_to_wait_for_one(cast: Cast, anna_client: Client) -> None:
    row = ModuleProgress.objects.filter(treatment=cast.treatment)
    row.update(submitted_at=clock.now())
    waits = anna_client.get(address(cast)).content.decode()
    row.update(feedback_at=clock.now())
    answered = anna_client.get(address(cast)).content.decode()

    reads = "Din behandlare läser det du har lämnat in och skriver till dig."
    assert (reads in waits, reads in answered) == (True, False)
    assert "Din behandlare har svarat på allt du har lämnat in." in answered


def test_a_module_whose_steps_are_all_done_leads_on_to_its_hand_in(cast: Cast, anna_client: Client) -> None:
    outline = cast.version.outline["modules"][0]
    ModuleProgress.objects.filter(treatment=cast.treatment).update(
        steps_done=[step["key"] for step in outline["steps"]]
    )

    page = anna_client.get(address(cast)).content.decode()

    assert f'href="{reverse("treatments:module", args=[cast.treatment.pk, "m01"])}#hand-in"' in page
    assert "Alla steg är klara" in page
    assert "ungefär 0 min" not in page


def test_news_of_a_message_lead_to_the_newest(cast: Cast, anna_client: Client) -> None:
    for number in range(6):
        send_message(
            cast.treatment, f"Hej {number}", sender=cast.tove, client_key=uuid4(), by=SYSTEM, at=clock.now()
        )
    conversation = reverse("treatments:messages", args=[cast.treatment.pk])

    assert f'href="{conversation}#senaste"' in anna_client.get(address(cast)).content.decode()
    page = anna_client.get(conversation).content.decode()
    assert (
        page.index('href="#senaste"') < page.index("Hej 0") < page.index("Hej 5") < page.index('id="senaste"')
    )
