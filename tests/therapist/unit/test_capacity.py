"""Capacity: how many each therapist has, her limit, and several patients moved at once with a reason."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ikbt.accounts.models import Person
from ikbt.accounts.roles import Role
from ikbt.treatments.models import CareRelation, CaseloadLimit, Treatment
from tests.cast import Cast
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator

LIST = "/enhet/kapacitet/"


@pytest.fixture
def client(cast: Cast) -> Client:
    return confirmed(coordinator(cast.alfa))


def role_of(someone: Person) -> str:
    return str(someone.roles.get(role=Role.THERAPIST).pk)


def page_of(someone: Person, part: str = "") -> str:
    return f"{LIST}{role_of(someone)}/{part}"


def test_the_list_tells_how_many_each_has(client: Client, cast: Cast) -> None:
    shown = client.get(LIST).content.decode()

    assert shown.index("Tove Berg") < shown.index("Kim Ek")
    assert "Olle" not in shown
    assert "Anna" not in shown


def test_several_are_moved_at_once_with_a_reason(client: Client, cast: Cast) -> None:
    second = scenes.started("Vera", unit=cast.alfa, therapist=cast.tove, version=cast.version)
    chosen = [str(cast.treatment.pk), str(second.pk)]

    said = {"patients": chosen, "to": str(cast.kim.pk), "reason": "Tjänstledig"}
    answer = client.post(page_of(cast.tove, "flytta/"), said, follow=True)

    assert "2 patienter har fått en annan behandlare" in answer.content.decode()
    assert set(Treatment.objects.filter(pk__in=chosen).values_list("therapist", flat=True)) == {cast.kim.pk}
    given = CareRelation.objects.filter(staff=cast.kim, kind="responsible", ends_at=None)
    assert {one.reason for one in given} == {"Tjänstledig"}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"reason": ""}, "Det här fältet är obligatoriskt"),
        ({"patients": []}, "Välj minst en patient"),
        ({"to": ""}, "Det här fältet är obligatoriskt"),
    ],
)
def test_what_is_missing_is_said_and_nobody_is_moved(
    wrong: dict[str, object], words: str, client: Client, cast: Cast
) -> None:
    said = {"patients": [str(cast.treatment.pk)], "to": str(cast.kim.pk), "reason": "Tjänstledig", **wrong}

    answer = client.post(page_of(cast.tove, "flytta/"), said)

    assert words in answer.content.decode()
    assert Treatment.objects.get(pk=cast.treatment.pk).therapist == cast.tove


def test_anothers_patient_is_not_moved_by_this_page(client: Client, cast: Cast) -> None:
    said = {"patients": [str(cast.other_treatment.pk)], "to": str(cast.kim.pk), "reason": "Tjänstledig"}

    assert client.post(page_of(cast.tove, "flytta/"), said).status_code == 200
    assert Treatment.objects.get(pk=cast.other_treatment.pk).therapist == cast.olle


def test_a_limit_is_set_shown_and_taken_away(client: Client, cast: Cast) -> None:
    client.post(page_of(cast.tove, "tak/"), {"tak-patients": "1"})
    assert "Fullt" in client.get(LIST).content.decode()

    client.post(page_of(cast.tove, "tak/"), {"tak-patients": ""})

    assert not CaseloadLimit.objects.exists()
    assert "Fullt" not in client.get(LIST).content.decode()


def test_an_absurd_limit_is_refused(client: Client, cast: Cast) -> None:
    client.post(page_of(cast.tove, "tak/"), {"tak-patients": "100000"})

    assert not CaseloadLimit.objects.exists()


def test_the_list_costs_the_same_for_few_as_for_many(client: Client, cast: Cast) -> None:
    def spent() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(LIST).status_code == 200
        return len(scenes.statements(captured))

    few = spent()
    for number in range(5):
        scenes.started(f"Vera{number}", unit=cast.alfa, therapist=cast.kim, version=cast.version)

    assert spent() == few <= 14
