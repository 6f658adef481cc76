"""The desk's keys: told on a page of their own, and off for whoever turns them off."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import Treatment
from tests.cast import Cast
from tests.conftest import SignIn
from tests.therapist import scenes

KEYS = "/arbetslista/tangenter/"
SCRIPT = "js/desk-keys.js"


def test_the_page_tells_every_key(cast: Cast, tove_client: Client) -> None:
    page = tove_client.get(KEYS).content.decode()

    assert all(f"<kbd>{key}</kbd>" in page for key in ("j", "k", "Enter", "r", "f", "?"))


def test_turned_off_they_stay_off_and_the_script_is_not_sent(cast: Cast, tove_client: Client) -> None:
    assert SCRIPT in tove_client.get("/arbetslista/").content.decode()

    for _ in range(2):
        tove_client.post(KEYS, {"keys": "off"})

    assert SCRIPT not in tove_client.get("/arbetslista/").content.decode()
    assert KEYS in tove_client.get("/arbetslista/").content.decode()
    assert Entry.objects.filter(object_kind="person", reason="shortcuts", actor=cast.tove.pk).count() == 1

    tove_client.post(KEYS, {"keys": "on"})

    assert SCRIPT in tove_client.get("/arbetslista/").content.decode()


def test_one_persons_choice_is_nobody_elses(cast: Cast, tove_client: Client, signed_in: SignIn) -> None:
    tove_client.post(KEYS, {"keys": "off"})

    assert SCRIPT in signed_in(cast.kim).get("/arbetslista/").content.decode()


def test_whoever_has_no_list_has_no_keys(cast: Cast, signed_in: SignIn) -> None:
    assert signed_in(cast.anna).get(KEYS).status_code == 404
    assert SCRIPT not in signed_in(cast.manager).get(reverse("unit:overview")).content.decode()


def test_answering_leads_to_feedback_that_waits_else_to_the_conversation(
    cast: Cast, tove_client: Client
) -> None:
    Treatment.objects.filter(pk=cast.treatment.pk).update(last_active_at=clock.now())
    row = tove_client.get("/arbetslista/").context["caseload"].rows[0]
    assert row.reply_url == reverse("therapist:messages", args=[cast.treatment.pk])

    scenes.write(cast.treatment, "Hej")
    scenes.hand_in(cast.treatment)

    feedback = reverse("therapist:feedback", args=[cast.treatment.pk, "m01"])
    assert tove_client.get("/arbetslista/").context["caseload"].rows[0].reply_url == feedback
    page = tove_client.get(reverse("therapist:patient", args=[cast.treatment.pk])).content.decode()
    assert f'data-key-reply="{feedback}"' in page
