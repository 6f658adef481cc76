"""B2, B3, B5, A13: the unit gives, ends and changes care relations on screen, and sees names alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ikbt.accounts.models import RoleAssignment
from ikbt.accounts.roles import Role
from ikbt.audit.models import Entry
from ikbt.common import clock
from ikbt.treatments.models import CareRelation, Treatment
from tests.cast import Cast, give, person
from tests.conftest import signed_in_client
from tests.therapist import scenes
from tests.therapist.unit.scene import confirmed, coordinator

LIST = "/enhet/vardrelationer/"


@pytest.fixture
def manager(cast: Cast) -> Client:
    return confirmed(cast.manager)


def address(name: str, cast: Cast, *more: object) -> str:
    return reverse(f"unit:{name}", args=[cast.treatment.pk, *more])


def giving(cast: Cast, **more: str) -> dict[str, str]:
    said = {"staff": str(cast.kim.pk), "kind": "stand_in", "since": "", "until": "", "reason": "Semester"}
    return {f"ge-{name}": value for name, value in {**said, **more}.items()}


def changing(cast: Cast, **more: str) -> dict[str, str]:
    said = {"to": str(cast.kim.pk), "reason": "Föräldraledig", "keep_until": ""}
    return {f"byt-{name}": value for name, value in {**said, **more}.items()}


def stand_in_of(cast: Cast) -> CareRelation:
    return CareRelation.objects.get(treatment=cast.treatment, staff=cast.kim, kind="stand_in")


def test_the_list_names_patients_and_who_cares_for_them_and_logs_each(cast: Cast, manager: Client) -> None:
    manager.post(address("give_relation", cast), giving(cast))

    shown = manager.get(LIST).content.decode()

    assert all(word in shown for word in ("Anna Lind", "Tove Berg", "Kim Ek, ersättare"))
    assert "Pia" not in shown
    rows = Entry.objects.filter(action="list", object_kind="care relations")
    assert [(row.actor, row.patient, row.relation) for row in rows] == [
        (cast.manager.pk, cast.anna.pk, "unit_manager")
    ]


@pytest.mark.parametrize(
    ("language", "words"), [("sv", "Ansvarig behandlare"), ("en", "Responsible therapist")]
)
def test_both_languages(language: str, words: str, cast: Cast) -> None:
    cast.manager.language = language
    cast.manager.save()
    client = confirmed(cast.manager)
    client.cookies["django_language"] = language

    assert words in client.get(LIST, headers={"accept-language": language}).content.decode()


def test_b5_no_word_of_the_care_stands_on_the_units_pages(cast: Cast, manager: Client) -> None:
    scenes.high_alert(cast.treatment)
    scenes.write(cast.treatment, "kanariefagel")
    scenes.diary_entry(cast.treatment, "kanariefagel")

    pages = [LIST, address("relation", cast), "/enhet/", "/enhet/medarbetare/", "/enhet/nodatkomster/"]
    shown = "".join(manager.get(page).content.decode() for page in pages)

    assert "Anna Lind" in shown
    unwanted = ["kanariefagel", "Ett litet program", "PHQ-9", "Första modulen", "070-123"]
    assert [word for word in unwanted if word in shown] == []


def test_b5_a_protected_person_has_no_name_in_the_list_or_on_the_page(cast: Cast, manager: Client) -> None:
    cast.anna.protected_identity = True
    cast.anna.save()

    shown = manager.get(LIST).content.decode() + manager.get(address("relation", cast)).content.decode()

    assert "Anna" not in shown
    assert "Skyddade personuppgifter" in shown


def test_b2_a_stand_in_is_given_with_start_end_and_reason_and_opens_the_patient(
    cast: Cast, manager: Client
) -> None:
    until = clock.today() + timedelta(days=7)

    answer = manager.post(address("give_relation", cast), giving(cast, until=until.isoformat()), follow=True)

    given = stand_in_of(cast)
    assert given.ends_at == clock.midnight(until + timedelta(days=1))
    assert (given.given_by_id, given.reason) == (cast.manager.pk, "Semester")
    assert "Kim Ek har vårdrelationen" in answer.content.decode()
    assert (
        signed_in_client(cast.kim).get(reverse("therapist:patient", args=[cast.treatment.pk])).status_code
        == 200
    )
    row = Entry.objects.get(object_kind="care relation", action="create")
    assert (row.actor, row.role, row.patient) == (cast.manager.pk, "unit_manager", cast.anna.pk)


def test_b2_given_for_later_it_opens_nothing_yet(cast: Cast, manager: Client) -> None:
    since = clock.today() + timedelta(days=2)
    manager.post(address("give_relation", cast), giving(cast, since=since.isoformat()))

    assert stand_in_of(cast).starts_at == clock.midnight(since)
    assert (
        signed_in_client(cast.kim).get(reverse("therapist:patient", args=[cast.treatment.pk])).status_code
        == 404
    )


def test_a13_an_old_second_factor_is_asked_for_again_and_the_form_is_kept(cast: Cast) -> None:
    client, said = confirmed(cast.manager, minutes_ago=6), giving(cast, reason="Semester i juli")

    answer = client.post(address("give_relation", cast), said, HTTP_ACCEPT="text/html")

    assert answer.status_code == 403
    assert "Semester i juli" in answer.content.decode()
    assert not CareRelation.objects.filter(staff=cast.kim).exists()


@pytest.mark.parametrize(
    "fault",
    [
        {"staff": ""},
        {"reason": ""},
        {"reason": "x"},
        {"until": "2020-01-01"},
        {"until": "i morgon"},
        {"kind": "x"},
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    fault: dict[str, str], cast: Cast, manager: Client
) -> None:
    said = giving(cast, **{"reason": "Semester i juli", **fault})
    answer = manager.post(address("give_relation", cast), said)

    shown = answer.content.decode()
    assert answer.status_code == 200
    assert 'role="alert"' in shown
    assert "reason" in fault or "Semester i juli" in shown
    assert not CareRelation.objects.filter(staff=cast.kim).exists()


@pytest.mark.parametrize("who", ["olle", "pia", "anna", "manager", "editor"])
def test_b12_somebody_who_is_not_offered_is_not_taken_either(who: str, cast: Cast, manager: Client) -> None:
    said = giving(cast, staff=str(getattr(cast, who).pk))

    assert manager.post(address("give_relation", cast), said).status_code == 200
    assert CareRelation.objects.filter(treatment=cast.treatment).count() == 1


def test_b12_a_coordinator_gives_others_and_never_herself(cast: Cast) -> None:
    carin = coordinator(cast.alfa)
    client = confirmed(carin)

    assert client.post(address("give_relation", cast), giving(cast)).status_code == 302
    assert client.post(address("give_relation", cast), giving(cast, staff=str(carin.pk))).status_code == 200
    assert not CareRelation.objects.filter(staff=carin).exists()


def test_b3_ended_with_a_reason_it_closes_at_once(cast: Cast, manager: Client) -> None:
    manager.post(address("give_relation", cast), giving(cast))
    kim, page = signed_in_client(cast.kim), reverse("therapist:patient", args=[cast.treatment.pk])
    assert kim.get(page).status_code == 200

    end = address("end_relation", cast, stand_in_of(cast).pk)
    assert manager.post(end, {"reason": ""}).status_code == 200
    assert kim.get(page).status_code == 200
    assert manager.post(end, {"reason": "Tove är tillbaka"}).status_code == 302

    assert kim.get(page).status_code == 404
    shown = manager.get(address("relation", cast)).content.decode()
    assert "Maja Chef: Tove är tillbaka" in shown


def test_the_responsible_therapists_relation_is_not_ended_here(cast: Cast, manager: Client) -> None:
    own = cast.treatment.relations.get(kind="responsible")

    assert str(own.pk) not in manager.get(address("relation", cast)).content.decode()
    assert manager.post(address("end_relation", cast, own.pk), {"reason": "Slutar"}).status_code == 200
    own.refresh_from_db()
    assert own.ends_at is None


def test_b4_a_relation_of_another_patient_is_not_found_under_this_one(cast: Cast, manager: Client) -> None:
    foreign = cast.other_treatment.relations.get(kind="responsible")

    assert manager.post(address("end_relation", cast, foreign.pk), {"reason": "Slutar"}).status_code == 404


def test_b2_the_responsible_therapist_is_changed_on_screen_with_history(cast: Cast, manager: Client) -> None:
    answer = manager.post(address("change_therapist", cast), changing(cast), follow=True)

    shown = answer.content.decode()
    assert "Kim Ek är nu ansvarig behandlare" in shown
    assert "Maja Chef: Föräldraledig" in shown
    assert Treatment.objects.get(pk=cast.treatment.pk).therapist_id == cast.kim.pk


def test_b2_the_former_may_stay_as_stand_in(cast: Cast, manager: Client) -> None:
    until = clock.today() + timedelta(days=3)
    manager.post(address("change_therapist", cast), changing(cast, keep_until=until.isoformat()))

    assert CareRelation.objects.get(staff=cast.tove, kind="stand_in").ends_at == clock.midnight(
        until + timedelta(days=1)
    )


def test_a_stand_in_or_coordinator_is_not_offered_as_responsible(cast: Cast, manager: Client) -> None:
    vera = give(person("Vera", "Vikarie"), Role.STAND_IN, cast.alfa)

    assert manager.post(address("change_therapist", cast), changing(cast, to=str(vera.pk))).status_code == 200
    assert manager.post(address("give_relation", cast), giving(cast, staff=str(vera.pk))).status_code == 302


def test_a_patient_whose_therapist_has_left_is_marked(cast: Cast, manager: Client) -> None:
    assert "Arbetar inte här nu" not in manager.get(LIST).content.decode()

    RoleAssignment.objects.filter(person=cast.tove).update(ends_at=clock.now())

    assert "Arbetar inte här nu" in manager.get(LIST).content.decode()


def test_the_list_is_narrowed_to_one_therapist(cast: Cast, manager: Client) -> None:
    scenes.started("Vera", unit=cast.alfa, therapist=cast.kim, version=cast.version)

    shown = manager.get(LIST, {"behandlare": str(cast.kim.pk)}).content.decode()
    assert "Vera" in shown
    assert "Anna" not in shown
    for odd in ("x", "00000000-0000-0000-0000-000000000000"):
        assert "Anna" in manager.get(LIST, {"behandlare": odd, "sida": "x"}).content.decode()


def spent(client: Client, page: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(page).status_code == 200
    return len(scenes.statements(captured))


@pytest.mark.benchmark
def test_the_list_costs_the_same_for_one_patient_as_for_a_page_full(cast: Cast, manager: Client) -> None:
    manager.post(address("give_relation", cast), giving(cast))
    alone = spent(manager, LIST)
    for number in range(30):
        scenes.started(f"Vera{number}", unit=cast.alfa, therapist=cast.tove, version=cast.version)

    assert spent(manager, LIST) == alone <= 20
    assert "Nästa sida" in manager.get(LIST).content.decode()


@pytest.mark.benchmark
def test_one_patients_relations_cost_the_same_however_long_the_history(cast: Cast, manager: Client) -> None:
    said: dict[str, Any] = {"treatment": cast.treatment, "staff": cast.kim, "kind": "stand_in"}
    at = clock.now() - timedelta(days=30)
    CareRelation.objects.create(**said, starts_at=at, ends_at=at + timedelta(days=1))
    few = spent(manager, address("relation", cast))
    for day in range(10):
        CareRelation.objects.create(**said, starts_at=at, ends_at=at + timedelta(days=day + 2))

    assert spent(manager, address("relation", cast)) == few <= 20
