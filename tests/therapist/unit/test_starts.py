"""The unit's starts and offers: a treatment is prepared for the right person, started, taken over or declined."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.audit.recording import SYSTEM
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Transfer, Treatment
from ikbt.treatments.starting import prepare_treatment, sign_decision
from programs.models import Activation
from tests.cast import DECIDED, Cast, give, person
from tests.ikbt.treatments.courses import stored, tove
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator, offered

LIST, NEW = "/enhet/starter/", "/enhet/starter/ny/"
NUMBER = "19121212-1212"


@pytest.fixture
def carin(cast: Cast) -> Client:
    return confirmed(coordinator(cast.alfa))


@pytest.fixture
def vera(cast: Cast) -> Person:
    made = give(person("Vera", "Ny"), Role.PATIENT)
    made.set_number(NUMBER)
    made.save()
    return made


def preparing(cast: Cast, **more: str) -> dict[str, str]:
    said = {
        "number": NUMBER,
        "program": str(Activation.objects.running().get(unit=cast.alfa).pk),
        "therapist": str(cast.tove.pk),
        "stand_in": str(cast.kim.pk),
        "starts_on": clock.today().isoformat(),
        "beside": "",
        "confirmed": "",
    }
    return {**said, **more}


def ready(cast: Cast, someone: Person) -> Treatment:
    return prepare_treatment(
        someone,
        version=cast.version,
        unit=cast.alfa,
        therapist=cast.tove,
        starts_on=clock.today(),
        by=SYSTEM,
        at=clock.now(),
    )


def test_the_name_behind_the_number_is_confirmed_before_a_treatment_is_prepared(
    cast: Cast, carin: Client, vera: Person
) -> None:
    asked = carin.post(NEW, preparing(cast)).content.decode()
    assert "Är det Vera Ny, 19121212-****?" in asked
    assert not Treatment.objects.of_patient(vera.pk).exists()
    assert Entry.objects.filter(action="read", object_kind="person", patient=vera.pk).count() == 1

    answer = carin.post(NEW, preparing(cast, confirmed=str(vera.pk)))

    assert answer.status_code == 302
    made = Treatment.objects.get(patient=vera)
    assert (made.state, made.therapist, made.unit) == ("ready", cast.tove, cast.alfa)
    assert CareRelation.objects.filter(treatment=made, staff=cast.kim, kind="stand_in").exists()
    shown = carin.get(LIST).content.decode()
    assert "Vera Ny" in shown
    assert "väntar på behandlarens signatur" in shown


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"number": "19121212-1213"}, "personnumret"),
        ({"number": "19811228-9874"}, "registrerad"),
        ({"program": ""}, 'role="alert"'),
        ({"therapist": ""}, 'role="alert"'),
        ({"starts_on": "2020-01-01"}, "framåt"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    fault: dict[str, str], told: str, cast: Cast, carin: Client, vera: Person
) -> None:
    shown = carin.post(NEW, preparing(cast, **{"beside": "Sömnen också", **fault})).content.decode()

    assert told in shown
    assert "Sömnen också" in shown
    assert not Treatment.objects.of_patient(vera.pk).exists()


def test_a_second_treatment_at_once_is_refused_in_words(cast: Cast, carin: Client, vera: Person) -> None:
    ready(cast, vera)
    shown = carin.post(NEW, preparing(cast, confirmed=str(vera.pk))).content.decode()
    assert "har redan en pågående behandling" in shown


def test_a_signed_one_is_started_by_the_coordinator(cast: Cast, carin: Client, vera: Person) -> None:
    treatment = ready(cast, vera)
    begin = reverse("unit:begin_treatment", args=[treatment.pk])
    refused = carin.post(begin, follow=True).content.decode()
    assert "Beslutet är inte signerat." in refused
    sign_decision(treatment, DECIDED, signed_by=cast.tove, by=tove(cast), at=clock.now())
    assert begin in carin.get(LIST).content.decode()

    carin.post(begin)

    assert stored(treatment).state == "active"
    assert "Vera" not in carin.get(LIST).content.decode()


def test_each_name_in_the_lists_is_logged_and_the_queries_do_not_grow(
    cast: Cast, carin: Client, vera: Person
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            carin.get(LIST)
        return len(found)

    ready(cast, vera)
    offered(cast.other_treatment, to=cast.alfa)
    carin.get(LIST)
    assert {(row.object_kind, row.patient) for row in Entry.objects.filter(action="list")} == {
        ("course", vera.pk),
        ("transfer", cast.pia.pk),
    }
    few = queries()
    for number in range(3):
        ready(cast, give(person("Ny", f"Patient{number}"), Role.PATIENT))
    assert queries() == few


def test_the_receiving_unit_reads_summary_and_flags_and_says_yes(cast: Cast, carin: Client) -> None:
    scenes.high_alert(cast.other_treatment)
    offer = offered(cast.other_treatment, to=cast.alfa)

    shown = carin.get(reverse("unit:offer", args=[offer.pk])).content.decode()
    assert "Hon flyttar dit." in shown
    assert "Larm: hög risk" in shown
    assert Entry.objects.filter(action="read", object_kind="transfer", patient=cast.pia.pk).exists()

    carin.post(reverse("unit:accept_offer", args=[offer.pk]), {"ja-therapist": str(cast.kim.pk)})

    found = stored(cast.other_treatment)
    assert (found.unit, found.therapist) == (cast.alfa, cast.kim)
    assert carin.get(reverse("unit:offer", args=[offer.pk])).status_code == 404


def test_a_yes_that_can_not_be_is_explained(cast: Cast, carin: Client) -> None:
    offer = offered(cast.other_treatment, to=cast.alfa)
    Activation.objects.at_unit(cast.alfa.pk).delete()
    said = {"ja-therapist": str(cast.kim.pk)}

    shown = carin.post(reverse("unit:accept_offer", args=[offer.pk]), said).content.decode()

    assert "behandlar inte med patientens version" in shown
    assert stored(cast.other_treatment).unit == cast.beta


def test_a_no_needs_a_reason_that_the_sender_reads(cast: Cast, carin: Client) -> None:
    offer = offered(cast.other_treatment, to=cast.alfa)
    address = reverse("unit:decline_offer", args=[offer.pk])
    assert "Skriv varför" in carin.post(address, {"nej-reason": "nej"}).content.decode()

    carin.post(address, {"nej-reason": "Vi har ingen ledig tid"})

    found = Transfer.objects.get(pk=offer.pk)
    assert (found.answer, found.answer_reason) == ("declined", "Vi har ingen ledig tid")


def test_a_protected_person_has_no_name_in_the_list_or_on_the_offer(cast: Cast, carin: Client) -> None:
    Person.objects.filter(pk=cast.pia.pk).update(protected_identity=True)
    offer = offered(cast.other_treatment, to=cast.alfa)

    shown = carin.get(LIST).content.decode()
    shown += carin.get(reverse("unit:offer", args=[offer.pk])).content.decode()

    assert "Skyddade personuppgifter" in shown
    assert "Pia" not in shown


def test_the_sending_unit_finds_no_offer_of_its_own_to_answer(cast: Cast) -> None:
    offer = offered(cast.other_treatment, to=cast.alfa)
    sender = confirmed(coordinator(cast.beta))
    assert sender.get(reverse("unit:offer", args=[offer.pk])).status_code == 404
    assert "Pia" not in sender.get(LIST).content.decode()
