"""Absences on screen: the therapist her own, coordinator and manager everybody's; the cover needs nobody."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import Person
from ikbt.audit.recording import Actor
from ikbt.common import clock
from ikbt.treatments.covering import register_absence
from ikbt.treatments.models import Absence, CareRelation
from tests.cast import Cast
from tests.conftest import signed_in_client
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator

UNITS, OWN = "/enhet/franvaro/", "/arbetslista/franvaro/"


def asked(cast: Cast, *, person: Person | None = None, days: int = 5, **more: str) -> dict[str, str]:
    said = {
        "unit": str(cast.alfa.pk),
        "since": "",
        "until": (clock.today() + timedelta(days=days)).isoformat(),
        "stand_in": str(cast.kim.pk),
        **({"person": str(person.pk)} if person else {}),
    }
    return {**said, **more}


def away_now(cast: Cast, stand_in: Person | None = None) -> Absence:
    by, at = Actor(cast.tove.pk, "therapist"), clock.now()
    return register_absence(
        cast.tove, unit=cast.alfa, until=at + timedelta(days=5), stand_in=stand_in, by=by, at=at
    )


def test_a_therapist_registers_her_own_and_her_stand_in_sees_her_patients(cast: Cast) -> None:
    answer = confirmed(cast.tove).post(f"{OWN}ny/", asked(cast), follow=True)

    assert "Frånvaron är registrerad" in answer.content.decode()
    shown = signed_in_client(cast.kim).get("/arbetslista/").content.decode()
    assert "Anna Lind" in shown
    assert "för Tove Berg" in shown


def test_where_nobody_would_cover_it_says_so_when_it_is_registered_and_until_it_is_mended(cast: Cast) -> None:
    client, soon = confirmed(cast.manager), (clock.today() + timedelta(days=2)).isoformat()
    bare = "Ingen täcker hela tiden för patienterna hos Tove Berg."

    told = client.post(
        f"{UNITS}ny/", asked(cast, person=cast.tove, since=soon, stand_in=""), follow=True
    ).content.decode()
    assert bare in told
    assert "Ingen: utse en ersättare" in told
    assert "Koordinatorn" not in told

    last = (clock.today() + timedelta(days=3)).isoformat()
    client.post(f"{UNITS}ny/", asked(cast, person=cast.kim, since=soon, until=last, stand_in=""))
    change = f"{UNITS}{Absence.objects.get(person=cast.tove).pk}/"
    until = (clock.today() + timedelta(days=5)).isoformat()
    told = client.post(change, {"until": until, "stand_in": str(cast.kim.pk)}, follow=True).content.decode()
    assert bare in told
    assert "Ingen under en del av tiden" in told

    coordinator(cast.alfa)
    assert "Ingen under" not in client.get(UNITS).content.decode()


@pytest.mark.parametrize("who", ["manager", "coordinator"])
def test_manager_and_coordinator_register_for_her(who: str, cast: Cast) -> None:
    client = confirmed(cast.manager if who == "manager" else coordinator(cast.alfa))

    client.post(f"{UNITS}ny/", asked(cast, person=cast.tove))

    shown = client.get(UNITS).content.decode()
    assert all(word in shown for word in ("Tove Berg", "Kim Ek", "Borta nu"))
    assert "Anna" not in shown
    assert CareRelation.objects.get(staff=cast.kim).given_by_id is not None


def test_what_is_refused_is_said_at_its_field_and_nothing_typed_is_lost(cast: Cast) -> None:
    client = confirmed(cast.manager)

    shown = client.post(f"{UNITS}ny/", asked(cast, person=cast.tove, days=-3)).content.decode()

    assert "Slutet måste komma efter början" in shown
    assert f'value="{cast.kim.pk}" selected' in shown
    assert not Absence.objects.exists()


def test_she_says_that_she_is_back_and_the_cover_is_over(cast: Cast) -> None:
    absence = away_now(cast, cast.kim)

    confirmed(cast.tove).post(f"{OWN}{absence.pk}/", {"over": "1"})

    assert signed_in_client(cast.kim).get(f"/arbetslista/{cast.treatment.pk}/").status_code == 404


def test_the_last_day_and_the_stand_in_can_be_changed(cast: Cast) -> None:
    absence = away_now(cast)
    later = (clock.today() + timedelta(days=20)).isoformat()

    confirmed(cast.manager).post(f"{UNITS}{absence.pk}/", {"until": later, "stand_in": str(cast.kim.pk)})

    relation = CareRelation.objects.get(staff=cast.kim, treatment=cast.treatment)
    assert relation.ends_at == clock.midnight(clock.today() + timedelta(days=21))


def test_nobody_changes_a_colleagues(cast: Cast) -> None:
    absence = away_now(cast)

    assert confirmed(cast.kim).post(f"{OWN}{absence.pk}/", {"over": "1"}).status_code == 404
    assert confirmed(cast.olle).post(f"{OWN}{absence.pk}/", {"over": "1"}).status_code == 404


def test_patients_whom_nobody_covers_stand_on_the_managers_first_page(cast: Cast) -> None:
    absence = away_now(cast)
    client = confirmed(cast.manager)

    assert "Tove Berg är borta: 1 patient utan ersättare." in client.get("/enhet/").content.decode()
    later = (clock.today() + timedelta(days=20)).isoformat()
    client.post(f"{UNITS}{absence.pk}/", {"until": later, "stand_in": str(cast.kim.pk)})

    assert "utan ersättare" not in client.get("/enhet/").content.decode()


@pytest.mark.parametrize("page", ["", "meddelanden/"])
def test_her_patient_reads_who_reads_now_and_not_why(page: str, cast: Cast) -> None:
    address = f"/behandling/{cast.treatment.pk}/{page}"
    anna: Client = signed_in_client(cast.anna)
    assert "är borta" not in anna.get(address).content.decode()
    away_now(cast, cast.kim)

    shown = anna.get(address).content.decode()

    assert "Tove Berg är borta till och med" in shown
    assert "Kim Ek läser och svarar under tiden" in shown


def test_with_nobody_to_read_her_patient_is_told_to_call(cast: Cast) -> None:
    away_now(cast)

    shown = signed_in_client(cast.anna).get(f"/behandling/{cast.treatment.pk}/").content.decode()

    assert f"Ring {cast.alfa.phone} om du behöver svar innan dess" in shown


def test_in_english(cast: Cast) -> None:
    cast.manager.language = "en"
    cast.manager.save()
    client = confirmed(cast.manager)
    client.cookies["django_language"] = "en"

    assert "Nobody is away" in client.get(UNITS, headers={"accept-language": "en"}).content.decode()


def test_the_list_costs_the_same_for_few_as_for_many(cast: Cast) -> None:
    client = confirmed(cast.manager)
    away_now(cast, cast.kim)

    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(UNITS).status_code == 200
        return len(scenes.statements(captured))

    few = spent()
    for number in range(5):
        Absence.objects.create(
            person=cast.kim,
            unit=cast.alfa,
            starts_at=clock.now() + timedelta(days=10 * number + 1),
            ends_at=clock.now() + timedelta(days=10 * number + 3),
            stand_in=cast.tove,
            registered_by=cast.manager,
            registered_at=clock.now(),
        )

    assert spent() == few <= 18
