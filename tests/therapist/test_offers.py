"""A therapist answers what another unit offers hers: yes takes the patient to herself, no needs a reason."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from ikbt.audit.models import Entry
from ikbt.treatments.models import Transfer, Treatment
from tests.cast import Cast
from tests.conftest import SignIn
from tests.ikbt.treatments.patient import text_of
from tests.therapist.unit.scene import offered

pytestmark = pytest.mark.django_db


def address(offer: Transfer, name: str = "offer") -> str:
    return reverse(f"therapist:{name}", args=[offer.pk])


def test_the_therapist_of_the_receiving_unit_sees_the_offer_and_it_is_logged(
    cast: Cast, signed_in: SignIn
) -> None:
    offer, olle = offered(cast.treatment, to=cast.beta), signed_in(cast.olle)

    listed = text_of(olle.get(reverse("therapist:offers")))
    page = text_of(olle.get(address(offer)))

    assert address(offer) in listed
    assert "Hon flyttar dit." in page
    assert "Du blir ansvarig behandlare." in page
    read = Entry.objects.filter(
        object_kind="transfer", action=Entry.Action.READ, actor=cast.olle.pk, patient=cast.anna.pk
    )
    assert read.exists()


def test_yes_makes_her_the_responsible_therapist(cast: Cast, signed_in: SignIn) -> None:
    offer = offered(cast.treatment, to=cast.beta)

    signed_in(cast.olle).post(address(offer, "accept_offer"))

    treatment = Treatment.objects.get(pk=cast.treatment.pk)
    assert (treatment.unit, treatment.therapist) == (cast.beta, cast.olle)


def test_no_needs_a_reason_and_keeps_what_was_typed(cast: Cast, signed_in: SignIn) -> None:
    offer, olle = offered(cast.treatment, to=cast.beta), signed_in(cast.olle)

    page = text_of(olle.post(address(offer, "decline_offer"), {"nej-reason": "nej"}))
    assert ">nej</textarea>" in page.replace("\n", "")
    olle.post(address(offer, "decline_offer"), {"nej-reason": "Vi har inte plats i höst."})

    answered = Transfer.objects.get(treatment=cast.treatment)
    assert (answered.answer, answered.answer_reason) == ("declined", "Vi har inte plats i höst.")


def test_those_of_other_units_find_nothing(cast: Cast, tove_client: Client, anna_client: Client) -> None:
    offer = offered(cast.treatment, to=cast.beta)

    for client in (tove_client, anna_client):
        for name in ("offer", "accept_offer", "decline_offer"):
            answer = client.get(address(offer)) if name == "offer" else client.post(address(offer, name))
            assert answer.status_code in {403, 404}
    assert address(offer) not in text_of(tove_client.get(reverse("therapist:offers")))
    assert Treatment.objects.get(pk=cast.treatment.pk).unit == cast.alfa
